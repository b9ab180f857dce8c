-- Gives a live session another token.
-- KEYS    1 the user's sessions   2 the lane's leases   3 the lane
-- ARGV    1 now (0: Redis's clock)   2 id   3 expiresAt   4 details   5 lease timeout
-- Result  1; 0 if the session is not live, and nothing changed
-- Promise The session keeps its order and its owner. An ended one stays ended. Idempotent.
local now, id, expires = store_time(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local live = sessions(KEYS[1], now, leases(KEYS[2], KEYS[3], now, tonumber(ARGV[5])))
for _, each in ipairs(live) do
    local order, _, owner = each.row:match('^1 (%d+) (%d+) (%S+) ')
    if each.id == id and order then
        redis.call('HSET', KEYS[1], id, table.concat({'1', order, ARGV[3], owner, ARGV[4]}, ' '))
        keep_for(KEYS[1], expires - now)
        return 1
    end
end
return 0
