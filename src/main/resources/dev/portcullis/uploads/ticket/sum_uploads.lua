-- Reads a sum.
-- KEYS    as in uploads.lua
-- ARGV    1 its name
-- Result  the sum; nothing if there are no such uploads
-- Promise Writes nothing.
return redis.call('HGET', SUMS, ARGV[1])
