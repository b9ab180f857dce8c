-- Reads some owners of uploads, those with most bytes first.
-- KEYS    as in uploads.lua
-- ARGV    1 the name of the first, nothing to begin   2 how many at most
-- Result  {name, sum, name of the oldest upload, id of the newest, its row, ...}
-- Promise Writes nothing.
local result = {}
for _, name in ipairs(redis.call('ZRANGEBYLEX', HOLDERS, '[' .. ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
    local owner = string.match(name, '^%d+ (.+)$')
    local first, last = '[' .. owner .. ' ', '(' .. owner .. '!'
    local newest = redis.call('ZREVRANGEBYLEX', OWNED, last, first, 'LIMIT', 0, 1)[1]
    local id = string.match(newest, ' (%x+)$')
    for _, each in ipairs({
        name,
        redis.call('HGET', SUMS, 'o ' .. owner),
        redis.call('ZRANGEBYLEX', OWNED, first, last, 'LIMIT', 0, 1)[1],
        id,
        redis.call('HGET', ROWS, id),
    }) do result[#result + 1] = each end
end
return result
