-- Removes an entry of a list of rooms.
-- KEYS    as in claim_entry.lua
-- ARGV    1 now (0: Redis's clock)   2 the room   3 the stamp that the entry must have   4 how old it must be, in ms
-- Result  1 if it was removed, else 0
-- Promise An entry that was claimed again since stays.
local now = tonumber(ARGV[1])
if now == 0 then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end
if redis.call('HGET', KEYS[1], ARGV[2]) ~= ARGV[3] or now < tonumber(ARGV[3]) + tonumber(ARGV[4]) then return 0 end
redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[2])
return 1
