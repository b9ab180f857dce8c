-- Tells which lanes have events. Writes nothing.
-- KEYS    for each lane: hq, hc (who takes its events), ha, hb (who takes these), hd, hn, leases, hs
-- Result  for each lane that has something: its place among them from 0, events that wait, 1 if they are claimed, events
--         that wait aside, 1 if those are claimed, dead letters, 1 if something is held by an incarnation without a lease,
--         events that became dead letters because the outbox was full, dead letters that were lost
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
