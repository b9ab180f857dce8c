-- Deletes a room that a user created.
-- KEYS    as in room.lua
-- ARGV    1 now (0: Redis's clock)   2 the latest time of the step   3 for how many ms its id stays taken
--         4 the user who deletes it               5 1: only if it has no other member, else 0
--         then users, each with the row that they must still have
-- Result  'done' | 'absent' | 'late' | 'changed'
-- Promise The room, its members and its mutes are gone at once, and no other can take its id for that long.
if redis.call('HEXISTS', ROOM, 'row') == 0 then return 'absent' end
if is_late() then return 'late' end
if not unchanged(6) then return 'changed' end
if ARGV[5] == '1' and redis.call('HLEN', MEMBERS) > 1 then return 'changed' end
redis.call('UNLINK', ROOM, MEMBERS, NAMES, MUTES)
redis.call('HSET', ROOM, 'deleted', text(store_time(ARGV[1])), 'by', ARGV[4])
redis.call('PEXPIRE', ROOM, ARGV[3])
return 'done'
