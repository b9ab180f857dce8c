-- Reads a stream's head and whether a user is barred from it. Writes nothing.
-- KEYS    lane, m:<stream>, b:<stream>
-- ARGV    now (0: Redis's clock), the user
-- Result  {} where the lane must be forked first, by fork.lua; else {epoch, head, 1 or 0: whether the user is barred}
-- Promise Both are of one moment.
local lane = check_form(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'v'))
if lane[ID] ~= server() then
    return {}
end
local meta = meta_of(KEYS[2], KEYS[1], lane, store_time(ARGV[1]))
return {meta.epoch, meta.head, redis.call('SISMEMBER', KEYS[3], ARGV[2])}
