-- Puts another row in the place of a room's.
-- KEYS    as in room.lua
-- ARGV    1 the row that the room must still have   2 the other
--         then users, each with the row that they must still have
-- Result  'done' | 'absent' | 'changed'
-- Promise No change that another caller made meanwhile is undone.
if not created() then return 'absent' end
if redis.call('HGET', ROOM, 'row') ~= ARGV[1] or not unchanged(3) then return 'changed' end
redis.call('HSET', ROOM, 'row', ARGV[2])
return 'done'
