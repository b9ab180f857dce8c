-- Removes a user from a room.
-- KEYS    as in room.lua
-- ARGV    1 now (0: Redis's clock)   2 the latest time of the step   3 the user, then users, each with the row that they must still have
-- Result  'done' | 'late' | 'changed' | 'last_owner'
-- Promise The user has no row, and a room that a user created has an owner. Idempotent.
if is_late() then return 'late' end
if not unchanged(4) then return 'changed' end
return change(ARGV[3], '') and 'done' or 'last_owner'
