-- Adds a user to a room, or changes their role.
-- KEYS    as in room.lua
-- ARGV    1 now (0: Redis's clock)   2 the latest time of the step   3 members of the room at most   4 the user   5 their row
--         then users, each with the row that they must still have
-- Result  'done' | 'absent' | 'late' | 'changed' | 'full' | 'last_owner'
-- Promise The user has this row and no other, and a room that a user created has an owner.
local max, user, row = tonumber(ARGV[3]), ARGV[4], ARGV[5]
if deleted() then return 'absent' end
if store_time(ARGV[1]) > tonumber(ARGV[2]) then return 'late' end
if not unchanged(6) then return 'changed' end
if redis.call('HEXISTS', MEMBERS, user) == 0 and redis.call('HLEN', MEMBERS) >= max then return 'full' end
return change(user, row) and 'done' or 'last_owner'
