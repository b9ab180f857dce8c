-- Reads members of a room, in the order of their ids.
-- KEYS    as in room.lua
-- ARGV    1 the user behind whom to begin, or ''   2 how many at most
-- Result  {user, row, ...}
-- Promise Writes nothing.
local from = ARGV[1] == '' and '-' or '(' .. ARGV[1]
local users = redis.call('ZRANGEBYLEX', NAMES, from, '+', 'LIMIT', 0, ARGV[2])
local result = {}
for _, user in ipairs(users) do
    result[#result + 1] = user
    result[#result + 1] = redis.call('HGET', MEMBERS, user)
end
return result
