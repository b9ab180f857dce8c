-- Reads the places of invitations.
--
-- KEYS 1  the places of all invitations, a sorted set without scores
-- ARGV 1  the first place, or empty    2  how many at most
-- Result  the places

return redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1] == '' and '-' or '[' .. ARGV[1], '+', 'LIMIT', 0, ARGV[2])
