-- Gives up the leases of a node that others have lost, where it does not renew them.
-- KEYS    for each lane: lane, nodes
-- ARGV    now (0: Redis's clock), what the node's incarnations begin with, how long a lease must have gone unrenewed
-- Result  how many leases it lost
-- Promise It brings forward what would lapse, and nothing else: no lease is judged while nobody renewed any, since the
--         store was away, nor in the time of grace. A node that only stood still finds its life ended at its next tick.
local now, begin, silence = store_time(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local lost = 0

for k = 1, #KEYS, 2 do
    local lane, nodes = KEYS[k], KEYS[k + 1]
    local flat, silent, last = redis.call('HGETALL', nodes), {}, 0
    for i = 1, #flat, 2 do
        local incarnation, time = flat[i], tonumber(flat[i + 1])
        last = math.max(last, time)
        if string.sub(incarnation, 1, #begin) == begin and now - time > silence then
            silent[#silent + 1] = incarnation
        end
    end
    local grace = understood(redis.call('HMGET', lane, 'grace', 'v'))[1]
    if now - last <= AWAY_MS and now >= (tonumber(grace) or 0) then
        for _, incarnation in ipairs(silent) do
            lost = lost + redis.call('HDEL', nodes, incarnation)
        end
    end
end
return lost
