-- Lifts a block, if there is one; the user's backlog begins again. It assigns no position, so it needs no check for a fork.
-- KEYS    bl:<inbox>, w:<inbox>
-- ARGV    the user
-- Result  1 or 0: whether there was one
local blocked = redis.call('ZREM', KEYS[1], ARGV[1])
if blocked == 1 then
    redis.call('HDEL', KEYS[2], ARGV[1])
end
return blocked
