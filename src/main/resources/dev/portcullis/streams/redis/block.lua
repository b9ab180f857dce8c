-- Blocks a user in an inbox. It assigns no position, so it needs no check for a fork.
-- KEYS    bl:<inbox>
-- ARGV    the user, how many users may be blocked
-- Result  1, or 0 where as many others are blocked
-- Promise append.lua appends nothing of this user from now on.
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
    return 1
end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
    return 0
end
return redis.call('ZADD', KEYS[1], 0, ARGV[1])
