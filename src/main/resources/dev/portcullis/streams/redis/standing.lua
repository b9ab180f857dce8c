-- Where a stream stands, and a user in it. Writes nothing.
-- KEYS    lane, m:<stream>, b:<stream>
-- ARGV    now (0: Redis's clock), the user
-- Result  {} where the lane must be forked first, by fork.lua; else {epoch, head, 1 or 0: whether the user is barred}
-- Promise All of one moment.
local lane = understood(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'v'))
if lane[ID] ~= server() then
    return {}
end
local place = place_of(KEYS[2], KEYS[1], lane, store_time(ARGV[1]))
return {place.epoch, place.head, redis.call('SISMEMBER', KEYS[3], ARGV[2])}
