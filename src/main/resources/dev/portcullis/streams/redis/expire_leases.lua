-- Expires the leases of a node that left the cluster and does not renew them.
-- KEYS    for each lane: lane, leases
-- ARGV    now (0: Redis's clock), the prefix of the node's incarnations, how long a lease must be unrenewed
-- Result  how many leases expired
-- Promise Only leases that would expire anyway expire, but earlier: no lease is judged while no node renewed one, because
--         the store was away, nor in the grace period. A node that was only paused finds its incarnation ended at its
--         next tick.
local now, prefix, unrenewed_ms = store_time(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local expired = 0

for k = 1, #KEYS, 2 do
    local lane, leases = KEYS[k], KEYS[k + 1]
    local last = tonumber(redis.call('ZRANGE', leases, -1, -1, 'WITHSCORES')[2]) or 0
    local grace = check_form(redis.call('HMGET', lane, 'grace', 'v'))[1]
    if now - last <= AWAY_MS and now >= (tonumber(grace) or 0) then
        for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', '(' .. now - unrenewed_ms)) do
            if string.sub(incarnation, 1, #prefix) == prefix then
                expired = expired + redis.call('ZREM', leases, incarnation)
            end
        end
    end
end
return expired
