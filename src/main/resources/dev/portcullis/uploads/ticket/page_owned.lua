-- Reads some uploads of an owner, the oldest first.
-- KEYS    as in uploads.lua
-- ARGV    1 the first name   2 the first name behind the owner's   3 how many at most
-- Result  {name, id, row, ...}
-- Promise Writes nothing.
local result = {}
for _, name in ipairs(redis.call('ZRANGEBYLEX', OWNED, '[' .. ARGV[1], '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])) do
    local id = string.match(name, ' (%x+)$')
    for _, each in ipairs({name, id, redis.call('HGET', ROWS, id)}) do result[#result + 1] = each end
end
return result
