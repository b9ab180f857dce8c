-- Tells which lanes have events. Writes nothing.
-- KEYS    for each lane: hq, hd, hc (who takes its events), hn, leases, hs
-- Result  for each lane that has something: its place among them from 0, events that wait, dead letters, 1 if they are
--         claimed, 1 if something is held by an incarnation without a lease, events that
--         became dead letters because the outbox was full, dead letters that were lost
local result = {}
for i = 1, #KEYS, 6 do
    local waiting, dead = redis.call('LLEN', KEYS[i]), redis.call('LLEN', KEYS[i + 1])
    local orphans = 0
    for _, incarnation in ipairs(redis.call('HKEYS', KEYS[i + 3])) do
        if not redis.call('ZSCORE', KEYS[i + 4], incarnation) then
            orphans = 1
        end
    end
    local counts = redis.call('HMGET', KEYS[i + 5], 'overflow', 'lost')
    local overflown, lost = tonumber(counts[1] or 0), tonumber(counts[2] or 0)
    if waiting + dead + orphans + overflown + lost > 0 then
        result[#result + 1] =
            {(i - 1) / 6, waiting, dead, redis.call('EXISTS', KEYS[i + 2]), orphans, overflown, lost}
    end
end
return result
