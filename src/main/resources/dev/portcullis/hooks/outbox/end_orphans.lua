-- Ends the held things of incarnations whose lease in the lane has expired.
-- KEYS    leases, lane; then the keys of the outbox
-- ARGV    now (0: Redis's clock), how long a lease must be unrenewed, the most things to end; then the arguments of the outbox
-- Result  how many ended
-- Promise Nothing of an incarnation ends while its lease counts. All leases count while no node renews one, since the store was
--         away, and for a grace period after that. An expired lease is removed, so that its owner loses it too.
local AWAY_MS, GRACE_MS = 3000, 10000 -- see lane.lua and tick.lua
local now, timeout, most = store_time(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local last = tonumber(redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]) or 0
local grace = tonumber(redis.call('HGET', KEYS[2], 'grace')) or 0
if now - last > AWAY_MS or now < grace then
    return 0
end
local gone, any = {}, false
for _, incarnation in ipairs(redis.call('HKEYS', outbox.incarnations)) do
    local renewed = tonumber(redis.call('ZSCORE', KEYS[1], incarnation)) or 0
    if now - math.max(renewed, grace - GRACE_MS) > timeout then
        gone[incarnation], any = true, true
        redis.call('ZREM', KEYS[1], incarnation)
    end
end
if not any then
    return 0
end
local ended = 0
local flat = redis.call('HGETALL', outbox.held)
for i = 1, #flat, 2 do
    if ended == most then
        return ended
    end
    if gone[(struct.unpack('>I2c0', flat[i + 1]))] then
        outbox.finish(flat[i], flat[i + 1], outbox.NODE_LOST, now)
        ended = ended + 1
    end
end
for incarnation in pairs(gone) do
    redis.call('HDEL', outbox.incarnations, incarnation) -- the incarnation holds nothing any more
end
return ended
