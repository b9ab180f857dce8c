-- Puts another row in the place of a room's.
-- KEYS    as in room.lua
-- ARGV    1 now (0: Redis's clock)   2 the latest time of the step   3 the row that the room must still have   4 the other
--         then users, each with the row that they must still have
-- Result  'done' | 'absent' | 'late' | 'changed'
-- Promise No change that another caller made meanwhile is undone.
if not created() then return 'absent' end
if is_late() then return 'late' end
if redis.call('HGET', ROOM, 'row') ~= ARGV[3] or not unchanged(5) then return 'changed' end
redis.call('HSET', ROOM, 'row', ARGV[4])
return 'done'
