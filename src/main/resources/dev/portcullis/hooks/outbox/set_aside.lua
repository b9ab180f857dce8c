-- Puts the oldest events of a lane aside, and ends their claim.
-- KEYS    hq, hc; then the keys of aside.lua and of the outbox
-- ARGV    now (0: Redis's clock), the taker, how many events, the SHA-1 of the last of them; then the arguments of the outbox
-- Result  how many were moved: events that a full queue lost meanwhile, or that others took, are gone already
if redis.call('GET', KEYS[2]) == ARGV[2] then
    redis.call('DEL', KEYS[2])
end
local count, now = still_oldest(KEYS[1], tonumber(ARGV[3]), ARGV[4]), store_time(ARGV[1])
for _ = 1, count do
    aside.add(redis.call('LPOP', KEYS[1]), now)
end
return count
