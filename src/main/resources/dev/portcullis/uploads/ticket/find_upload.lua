-- Reads an upload.
-- KEYS    as in uploads.lua
-- ARGV    1 the id
-- Result  the row; nothing if there is none
-- Promise Writes nothing.
return redis.call('HGET', ROWS, ARGV[1])
