-- Reads entries of a list of rooms, in the order of their ids.
-- KEYS    as in claim_entry.lua
-- ARGV    1 now (0: Redis's clock)   2 the room behind which to begin, or ''   3 how many at most
-- Result  {now, room, stamp, ...}
local now = store_time(ARGV[1])
local from = ARGV[2] == '' and '-' or '(' .. ARGV[2]
local rooms = redis.call('ZRANGEBYLEX', KEYS[2], from, '+', 'LIMIT', 0, ARGV[3])
local result = {string.format('%.0f', now)}
for _, room in ipairs(rooms) do
    result[#result + 1] = room
    result[#result + 1] = redis.call('HGET', KEYS[1], room)
end
return result
