-- Reads which incarnations have a lease in some lanes. Writes nothing.
-- KEYS    for each lane: lane, leases
-- ARGV    now (0: Redis's clock)
-- Result  now, and for each lane its incarnations, each followed by the time of its renewal, or 0 if no lease is judged now: no
--         node has renewed one since the store was away, or the grace period after that is not over
-- Promise A lease that has expired is there until a tick removes it. Who is not there any more gets no lease, unless the lane
--         forks.
local now = store_time(ARGV[1])
local result = {now}
for k = 1, #KEYS, 2 do
    local last = tonumber(redis.call('ZRANGE', KEYS[k + 1], -1, -1, 'WITHSCORES')[2]) or 0
    local grace = check_form(redis.call('HMGET', KEYS[k], 'grace', 'v'))[1]
    local judged = now - last <= AWAY_MS and now >= (tonumber(grace) or 0)
    result[#result + 1] = judged and redis.call('ZRANGE', KEYS[k + 1], 0, -1, 'WITHSCORES') or 0
end
return result
