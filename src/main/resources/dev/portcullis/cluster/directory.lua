-- The directory of nodes: renews one row and tells who lives.
--
-- KEYS[1]  the directory, a hash: node -> "1 <renewed> <since> <row>"
-- ARGV[1]  now in ms; 0 is this server's own clock
-- ARGV[2]  ms after which a row that nobody renewed has lapsed
-- ARGV[3]  node
-- ARGV[4]  its row; empty to look only
-- Result   node, row, node, row, ... of all that live; those that came first in front
--
-- Promise: looking and renewing are one step, so that of two nodes that come at once the second sees the first. A row
-- keeps its place while it is renewed in time. Lapsed rows are deleted by whoever renews.

local now = tonumber(ARGV[1])
if now == 0 then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local lapse = tonumber(ARGV[2])
local node, row = ARGV[3], ARGV[4]

local living, lapsed, since = {}, {}, now
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
    local renewed, first, text = string.match(all[i + 1], '^%d+ (%d+) (%d+) (.*)$')
    if renewed == nil then
        -- A later release may write what we can't read; that is not ours to delete.
    elseif now - tonumber(renewed) > lapse then
        lapsed[#lapsed + 1] = all[i]
    elseif all[i] == node and row ~= '' then
        since = tonumber(first)
    else
        living[#living + 1] = { all[i], text, tonumber(first) }
    end
end
if row ~= '' then
    living[#living + 1] = { node, row, since }
end
table.sort(living, function(a, b)
    if a[3] == b[3] then
        return a[1] < b[1]
    end
    return a[3] < b[3]
end)

local answer = {}
for _, each in ipairs(living) do
    answer[#answer + 1] = each[1]
    answer[#answer + 1] = each[2]
end
if row ~= '' then
    for _, gone in ipairs(lapsed) do
        redis.call('HDEL', KEYS[1], gone)
    end
    redis.call('HSET', KEYS[1], node, string.format('1 %.0f %.0f ', now, since) .. row)
    redis.call('EXPIRE', KEYS[1], 3600)
end
return answer
