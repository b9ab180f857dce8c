-- Blocks a user in an inbox. It assigns no position, so it needs no check for a fork.
-- KEYS    bl:<inbox>
-- ARGV    now (0: Redis's clock), the latest time of the step, the user, how many users may be blocked
-- Result  1, or 0 if as many others are blocked already; nothing if the step comes too late
-- Promise append.lua appends nothing of this user from now on.
if store_time(ARGV[1]) > tonumber(ARGV[2]) then
    return false
end
if redis.call('ZSCORE', KEYS[1], ARGV[3]) then
    return 1
end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then
    return 0
end
return redis.call('ZADD', KEYS[1], 0, ARGV[3])
