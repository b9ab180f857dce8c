-- Reads the ids of uploads that are due.
-- KEYS    as in uploads.lua
-- ARGV    1 now   2 how many at most
-- Result  the ids
-- Promise Writes nothing.
return redis.call('ZRANGEBYSCORE', DUE, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
