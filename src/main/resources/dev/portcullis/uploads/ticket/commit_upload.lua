-- Writes a step of an upload, if what it depends on is still as it was read.
-- KEYS    as in uploads.lua
-- ARGV    1 the id   2 its row as it was read   3 its row from now on; nothing for none   4 when it is due   5 its name in the uploads of
--         its owner   6 how many sums it depends on, then so many names and texts; then names of sums and four changes of each
-- Result  1 if it is written, else 0
-- Promise No change that was written between the read and this call is lost. The sums are those of the rows.
local id, before, after, due, owned = unpack(ARGV, 1, 5)
local at = 7
if (redis.call('HGET', ROWS, id) or '') ~= before then return 0 end
for _ = 1, tonumber(ARGV[6]) do
    if (redis.call('HGET', SUMS, ARGV[at]) or '') ~= ARGV[at + 1] then return 0 end
    at = at + 2
end

-- The name of an owner among all, as UploadKeys has it.
local function holder(owner, tickets, files)
    return string.format('%016.0f ', 9007199254740992 - tickets - files) .. owner
end

local function add(name, changes)
    local text = redis.call('HGET', SUMS, name) or '0 0 0 0'
    local owner, sums = string.match(name, '^o (.+)$'), {}
    for each in string.gmatch(text, '%S+') do sums[#sums + 1] = tonumber(each) end
    if owner then redis.call('ZREM', HOLDERS, holder(owner, sums[1], sums[2])) end
    for i = 1, 4 do sums[i] = sums[i] + tonumber(changes[i]) end
    if sums[4] == 0 then return redis.call('HDEL', SUMS, name) end
    redis.call('HSET', SUMS, name, string.format('%.0f %.0f %.0f %.0f', unpack(sums)))
    if owner then redis.call('ZADD', HOLDERS, 0, holder(owner, sums[1], sums[2])) end
end

for each = at, #ARGV, 5 do add(ARGV[each], {unpack(ARGV, each + 1, each + 4)}) end
if after == '' then
    redis.call('HDEL', ROWS, id)
    redis.call('ZREM', DUE, id)
    redis.call('ZREM', OWNED, owned)
else
    redis.call('HSET', ROWS, id, after)
    redis.call('ZADD', DUE, due, id)
    redis.call('ZADD', OWNED, 0, owned)
end
return 1
