-- Removes the oldest events of a queue, which were delivered, and ends their claim.
-- KEYS    hq or ha, the taker of its events; then the keys of aside.lua and of the outbox
-- ARGV    the taker, how many events (0: none), the SHA-1 of the last of them; then the arguments of the outbox
-- Result  how many were removed: events that a full queue lost meanwhile, or that others took, are gone already
-- Promise No event is removed that was not delivered: rows differ, and those before one are always the same.
if redis.call('GET', KEYS[2]) == ARGV[1] then
    redis.call('DEL', KEYS[2])
end
local count = still_oldest(KEYS[1], tonumber(ARGV[2]), ARGV[3])
if count > 0 and KEYS[1] == aside.queue then
    for _, row in ipairs(redis.call('LRANGE', KEYS[1], 0, count - 1)) do
        aside.forget(row)
    end
end
if count > 0 then
    redis.call('LTRIM', KEYS[1], count, -1)
end
return count
