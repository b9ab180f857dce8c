-- Reads which lanes have events. Writes nothing.
-- KEYS    for each lane: hq, hc (the taker of its events), ha, hb (the taker of these), hd, hn, leases, hs
-- Result  for each lane that has something: its place among the lanes from 0; how many events wait; 1 if they are claimed; how
--         many events wait aside; 1 if those are claimed; how many dead letters there are; 1 if an incarnation without a lease
--         holds something; how many events became dead letters because the outbox was full; how many dead letters were lost
local result = {}
for i = 1, #KEYS, 8 do
    local waiting, aside = redis.call('LLEN', KEYS[i]), redis.call('LLEN', KEYS[i + 2])
    local dead = redis.call('LLEN', KEYS[i + 4])
    local orphans = 0
    for _, incarnation in ipairs(redis.call('HKEYS', KEYS[i + 5])) do
        if not redis.call('ZSCORE', KEYS[i + 6], incarnation) then
            orphans = 1
        end
    end
    local counts = redis.call('HMGET', KEYS[i + 7], 'overflow', 'lost')
    local overflown, lost = tonumber(counts[1] or 0), tonumber(counts[2] or 0)
    if waiting + aside + dead + orphans + overflown + lost > 0 then
        result[#result + 1] = {
            (i - 1) / 8, waiting, redis.call('EXISTS', KEYS[i + 1]), aside, redis.call('EXISTS', KEYS[i + 3]), dead,
            orphans, overflown, lost
        }
    end
end
return result
