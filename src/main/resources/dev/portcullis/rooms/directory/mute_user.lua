-- Mutes a user in a room, or ends their mute.
-- KEYS    as in room.lua
-- ARGV    1 now (0: Redis's clock)   2 the latest time of the step   3 for how many ms, or 0   4 mutes in force at most
--         5 the user
--         then users, each with the row that they must still have
-- Result  'done' | 'absent' | 'late' | 'changed' | 'full'
-- Promise The user is muted for this long from now on, whatever was before. Removes the mutes that are over.
local now, ms, user = store_time(ARGV[1]), tonumber(ARGV[3]), ARGV[5]
if deleted() then return 'absent' end
if is_late() then return 'late' end
if not unchanged(6) then return 'changed' end
redis.call('ZREMRANGEBYSCORE', MUTES, '-inf', text(now))
if ms == 0 then
    redis.call('ZREM', MUTES, user)
    return 'done'
end
if not redis.call('ZSCORE', MUTES, user) and redis.call('ZCARD', MUTES) >= tonumber(ARGV[4]) then return 'full' end
redis.call('ZADD', MUTES, text(now + ms), user)
return 'done'
