-- Reads all bans in force, if they may have changed.
-- KEYS    as in bans.lua
-- ARGV    1 now (0: Redis's clock)   2 the version that the caller knows, or ''
-- Result  nothing if the version is the same; else {version, target, row, ...}
-- Promise Writes nothing. The version changes with each write, and with the server: a replica that was promoted may have
--         lost some.
local known, now = ARGV[2], store_time(ARGV[1])
local of_list = redis.call('HMGET', ROWS, 'run', 'count')
local server = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x)')
local version = table.concat({of_list[1] or '', of_list[2] or '0', server}, ':')
if version == known then return false end

local over = {run = true, count = true}
for _, key in ipairs({RULES, OPERATORS}) do
    for _, target in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', text(now))) do over[target] = true end
end
local result, flat = {version}, redis.call('HGETALL', ROWS)
for i = 1, #flat, 2 do
    if not over[flat[i]] then
        result[#result + 1] = flat[i]
        result[#result + 1] = flat[i + 1]
    end
end
return result
