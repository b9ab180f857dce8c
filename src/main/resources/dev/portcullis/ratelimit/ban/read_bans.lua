-- Reads what has changed since a version, or a part of all bans.
-- KEYS    as in bans.lua
-- ARGV    1 the version of the part that the caller has read last, or ''   2 how many targets at most
-- Result  nothing if the version is the same; else {version, 1 if this is the first part of all bans, 1 if there is more,
--         target, row, ...}, with the row '-' where there is no ban any more. The reader judges which bans are over: a clock that
--         is corrected changes no version
-- Promise Writes nothing. The version changes with each write, and with the server: a replica that was promoted may have
--         lost some. It is <run>:<server>:<at>:<since>: the caller knows the writes up to <at>, and while it reads all bans,
--         has none from before <since> that was lifted by then.
local known, part = ARGV[1], tonumber(ARGV[2])
local of_list = redis.call('HMGET', ROWS, 'run', 'count', 'floor')
local server = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x)')
local list, count, floor = (of_list[1] or '') .. ':' .. server, tonumber(of_list[2] or 0), tonumber(of_list[3] or 0)
local known_list, at, since = string.match(known, '^(.*):(%d+):(%d+)$')
at, since = tonumber(at), tonumber(since)
local first = known_list ~= list or at > count or floor > math.max(at, since)
if first then at, since = 0, count end
if not first and at == count then return false end

local changes = redis.call('ZRANGEBYSCORE', CHANGES, '(' .. text(at), '+inf', 'WITHSCORES', 'LIMIT', 0, part)
local last = tonumber(changes[#changes] or count)
local more = #changes == 2 * part and last < count
at = more and last or count
since = math.max(since, at)
local result = {table.concat({list, text(at), text(since)}, ':'), first and 1 or 0, more and 1 or 0}
for i = 1, #changes, 2 do
    local target = changes[i]
    result[#result + 1] = target
    result[#result + 1] = redis.call('HGET', ROWS, target) or '-'
end
return result
