-- Forgets users who have no uploads and were not seen.
-- KEYS    as in uploads.lua
-- ARGV    1 since when   2 how many are looked at
-- Result  how many are forgotten
-- Promise Those with uploads stay known.
local forgotten = 0
for _, user in ipairs(redis.call('ZRANGEBYSCORE', SEEN, '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])) do
    if redis.call('HEXISTS', SUMS, 'o ' .. user) == 0 then
        redis.call('HDEL', KNOWN, user)
        redis.call('ZREM', SEEN, user)
        forgotten = forgotten + 1
    end
end
return forgotten
