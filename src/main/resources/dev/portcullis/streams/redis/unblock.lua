-- Lifts a block, if there is one; the user's backlog begins again. It assigns no position, so it needs no check for a fork.
-- KEYS    bl:<inbox>, w:<inbox>
-- ARGV    now (0: Redis's clock), the latest time of the step, the user
-- Result  1 or 0: whether there was a block; nothing if the step comes too late
if store_time(ARGV[1]) > tonumber(ARGV[2]) then
    return false
end
local blocked = redis.call('ZREM', KEYS[1], ARGV[3])
if blocked == 1 then
    redis.call('HDEL', KEYS[2], ARGV[3])
end
return blocked
