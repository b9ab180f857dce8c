-- Reads the users whom the owner of an inbox blocks. Writes nothing.
-- KEYS    bl:<inbox>
-- ARGV    the last user of the page before or '', how many users
-- Result  the users in the order of their bytes
return redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1] == '' and '-' or '(' .. ARGV[1], '+', 'LIMIT', 0, ARGV[2])
