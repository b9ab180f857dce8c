-- Deletes a room that a user created.
-- KEYS    as in room.lua
-- ARGV    1 now (0: Redis's clock)   2 for how many ms its id stays taken   3 the user who deletes it
--         then users, each with the row that they must still have
-- Result  'done' | 'absent' | 'changed'
-- Promise The room, its members and its mutes are gone at once, and no other can take its id for that long.
if redis.call('HEXISTS', ROOM, 'row') == 0 then return 'absent' end
if not unchanged(4) then return 'changed' end
redis.call('UNLINK', ROOM, MEMBERS, NAMES, MUTES)
redis.call('HSET', ROOM, 'deleted', text(store_time(ARGV[1])), 'by', ARGV[3])
redis.call('PEXPIRE', ROOM, ARGV[2])
return 'done'
