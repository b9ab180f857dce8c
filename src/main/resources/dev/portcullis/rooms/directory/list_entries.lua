-- Reads entries of a list of rooms, in the order of their ids.
-- KEYS    as in claim_entry.lua
-- ARGV    1 the room behind which to begin, or ''   2 how many at most
-- Result  {room, stamp, ...}
local from = ARGV[1] == '' and '-' or '(' .. ARGV[1]
local rooms = redis.call('ZRANGEBYLEX', KEYS[2], from, '+', 'LIMIT', 0, ARGV[2])
local result = {}
for _, room in ipairs(rooms) do
    result[#result + 1] = room
    result[#result + 1] = redis.call('HGET', KEYS[1], room)
end
return result
