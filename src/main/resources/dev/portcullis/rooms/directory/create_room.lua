-- Creates a room.
-- KEYS    as in room.lua
-- ARGV    1 now (0: Redis's clock)   2 the latest time of the step   3 the room's row   4 its creator
-- Result  'done' | 'taken' | 'late'
-- Promise The creator is its owner and only member. A room that is there, has members or was deleted lately stays as it is.
--         Idempotent.
if redis.call('HGET', ROOM, 'row') == ARGV[3] then return 'done' end
if redis.call('EXISTS', ROOM, MEMBERS) > 0 then return 'taken' end
if store_time(ARGV[1]) > tonumber(ARGV[2]) then return 'late' end
redis.call('DEL', MUTES)
redis.call('HSET', ROOM, 'row', ARGV[3], 'owners', 0)
change(ARGV[4], OWNER)
return 'done'
