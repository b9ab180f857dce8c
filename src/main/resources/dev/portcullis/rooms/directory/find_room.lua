-- Reads what is known of a room and one user.
-- KEYS    as in room.lua
-- ARGV    1 now (0: Redis's clock)   2 the user
-- Result  {the room's row or '', 1 if it was deleted, else 0, the user's row or '', the end of their mute or '', 1 if they deleted
--         it, else 0}
-- Promise Writes nothing. A mute that is over is none.
local muted = redis.call('ZSCORE', MUTES, ARGV[2])
if muted and tonumber(muted) <= store_time(ARGV[1]) then muted = false end
return {
    redis.call('HGET', ROOM, 'row') or '', deleted() and 1 or 0, redis.call('HGET', MEMBERS, ARGV[2]) or '',
    muted and text(tonumber(muted)) or '', redis.call('HGET', ROOM, 'by') == ARGV[2] and 1 or 0
}
