-- Gives up the leases of a node that others have lost, where it does not renew them.
-- KEYS    for each lane: lane, leases
-- ARGV    now (0: Redis's clock), what the node's incarnations begin with, how long a lease must have gone unrenewed
-- Result  how many leases it lost
-- Promise It brings forward what would lapse, and nothing else: no lease is judged while nobody renewed any, since the
--         store was away, nor in the time of grace. A node that only stood still finds its life ended at its next tick.
local now, begin, silence = store_time(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local lost = 0

for k = 1, #KEYS, 2 do
    local lane, leases = KEYS[k], KEYS[k + 1]
    local last = tonumber(redis.call('ZRANGE', leases, -1, -1, 'WITHSCORES')[2]) or 0
    local grace = understood(redis.call('HMGET', lane, 'grace', 'v'))[1]
    if now - last <= AWAY_MS and now >= (tonumber(grace) or 0) then
        for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', '(' .. now - silence)) do
            if string.sub(incarnation, 1, #begin) == begin then
                lost = lost + redis.call('ZREM', leases, incarnation)
            end
        end
    end
end
return lost
