-- Adds an issued upload, if its owner has room for it.
-- KEYS    as in uploads.lua
-- ARGV    1 the id   2 the row   3 the most bytes of one owner   4 the most pending uploads of one owner
-- Result  nothing if it was added, else what is exceeded: bytes, pending
-- Promise Its bytes count from now on. Idempotent.
local id, row = ARGV[1], ARGV[2]
if redis.call('HEXISTS', ROWS, id) == 1 then return false end
local owner, size, due = string.match(row, '^1 issued (%S+) (%d+) (%d+) ')
local bytes = tonumber(redis.call('HGET', USAGE, 'bytes ' .. owner) or 0)
local pending = tonumber(redis.call('HGET', USAGE, 'pending ' .. owner) or 0)
if bytes + tonumber(size) > tonumber(ARGV[3]) then return 'bytes' end
if pending + 1 > tonumber(ARGV[4]) then return 'pending' end
count({owner = owner, size = size, state = 'issued'}, 1)
redis.call('HSET', ROWS, id, row)
redis.call('ZADD', DUE, due, id)
return false
