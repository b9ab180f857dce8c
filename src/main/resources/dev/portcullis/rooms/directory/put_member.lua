-- Adds a user to a room, or changes their role.
-- KEYS    b:<stream> of the room, behind those of room.lua
-- ARGV    1 now (0: Redis's clock)   2 the latest time of the step   3 members of the room at most   4 the user   5 their row
--         6 1 if their bar is lifted too, else 0
--         then users, each with the row that they must still have
-- Result  'done' | 'absent' | 'late' | 'changed' | 'full' | 'last_owner'
-- Promise The user has this row and no other, and no bar if it was to be lifted, and a room that a user created has an owner.
local max, user, row = tonumber(ARGV[3]), ARGV[4], ARGV[5]
if deleted() then return 'absent' end
if is_late() then return 'late' end
if not unchanged(7) then return 'changed' end
if redis.call('HEXISTS', MEMBERS, user) == 0 and redis.call('HLEN', MEMBERS) >= max then return 'full' end
if not change(user, row) then return 'last_owner' end
if ARGV[6] == '1' then redis.call('SREM', KEYS[1], user) end
return 'done'
