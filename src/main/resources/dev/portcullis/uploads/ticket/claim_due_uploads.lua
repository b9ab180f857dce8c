-- Begins the end of uploads that are due.
-- KEYS    as in uploads.lua
-- ARGV    1 now   2 how many at most   3 when others may claim them
-- Result  {id, row, ...} of those that the caller has to end
-- Promise Of several callers one gets each.
local result = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', DUE, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])) do
    local upload = find(id)
    if upload then
        result[#result + 1] = id
        result[#result + 1] = change(upload, ending(upload), ARGV[3])
    else
        redis.call('ZREM', DUE, id)
    end
end
return result
