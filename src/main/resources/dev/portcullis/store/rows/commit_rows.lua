-- Writes rows, if those that were read are still the same.
-- KEYS    those of the reads and of the writes
-- ARGV    as in rows.lua; then the digest of what was read, the latest time; then for each write four arguments: the number of its key
--         in KEYS, the key of a row of a partition or '' for a single one, `put` or `remove`, the value
-- Result  'done' | 'late' | what read_rows.lua returns, if other rows are there by now. The last two change nothing
-- Promise No change that was made between the reads and this call is lost.
local current, at = read_all()
if current[2] ~= ARGV[at] then return current end
if tonumber(current[1]) > tonumber(ARGV[at + 1]) then return 'late' end
for i = at + 2, #ARGV, 4 do
    local key, row, puts, value = KEYS[tonumber(ARGV[i])], ARGV[i + 1], ARGV[i + 2] == 'put', ARGV[i + 3]
    if row ~= '' then
        redis.call('ZREMRANGEBYLEX', key, '[' .. row .. '\0', '(' .. row .. '\1')
        if puts then redis.call('ZADD', key, 0, row .. '\0' .. value) end
    elseif puts then
        redis.call('SET', key, value)
    else
        redis.call('DEL', key)
    end
end
return 'done'
