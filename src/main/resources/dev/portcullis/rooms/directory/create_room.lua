-- Creates a room.
-- KEYS    b:<stream> of the room, behind those of room.lua
-- ARGV    1 now (0: Redis's clock)   2 the latest time of the step   3 the room's row   4 its creator   5 their row
-- Result  'done' | 'taken' | 'late'
-- Promise The creator is its owner and only member, and not barred. A room that is there, has members or was deleted lately
--         stays as it is. Idempotent.
if redis.call('HGET', ROOM, 'row') == ARGV[3] then return 'done' end
if redis.call('EXISTS', ROOM, MEMBERS) > 0 then return 'taken' end
if is_late() then return 'late' end
redis.call('DEL', MUTES)
redis.call('HSET', ROOM, 'row', ARGV[3], 'owners', 0)
change(ARGV[4], ARGV[5])
redis.call('SREM', KEYS[1], ARGV[4])
return 'done'
