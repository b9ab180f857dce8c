-- Whether a user is barred from a stream. Writes nothing.
-- KEYS    b:<stream>
-- ARGV    the user
-- Result  1 or 0
return redis.call('SISMEMBER', KEYS[1], ARGV[1])
