-- The directory of nodes: renews one row and returns the live ones.
--
-- KEYS[1]  the directory, a hash: node -> "1 <renewed> <since> <row>"
-- ARGV[1]  now in ms; 0 takes this server's clock
-- ARGV[2]  ms without a renewal after which a row has expired
-- ARGV[3]  node
-- ARGV[4]  its row; empty to read only
-- Result   node, row, node, row, ... of all live nodes, oldest first
--
-- Promise: reading and renewing are one step, so that of two nodes that join at once the second sees the first. A row
-- keeps its age while it is renewed in time. Each renewal deletes the expired rows.

local now = tonumber(ARGV[1])
if now == 0 then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local ttl = tonumber(ARGV[2])
local node, row = ARGV[3], ARGV[4]

local live, expired, since = {}, {}, now
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
    local renewed, first, text = string.match(all[i + 1], '^%d+ (%d+) (%d+) (.*)$')
    if renewed == nil then
        -- A later release may write another form, which must be kept.
    elseif now - tonumber(renewed) > ttl then
        expired[#expired + 1] = all[i]
    elseif all[i] == node and row ~= '' then
        since = tonumber(first)
    else
        live[#live + 1] = { all[i], text, tonumber(first) }
    end
end
if row ~= '' then
    live[#live + 1] = { node, row, since }
end
table.sort(live, function(a, b)
    if a[3] == b[3] then
        return a[1] < b[1]
    end
    return a[3] < b[3]
end)

local answer = {}
for _, each in ipairs(live) do
    answer[#answer + 1] = each[1]
    answer[#answer + 1] = each[2]
end
if row ~= '' then
    for _, name in ipairs(expired) do
        redis.call('HDEL', KEYS[1], name)
    end
    redis.call('HSET', KEYS[1], node, string.format('1 %.0f %.0f ', now, since) .. row)
    redis.call('EXPIRE', KEYS[1], 3600)
end
return answer
