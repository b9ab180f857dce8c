-- Removes a user from a room.
-- KEYS    as in room.lua
-- ARGV    1 the user, then users, each with the row that they must still have
-- Result  'done' | 'changed' | 'last_owner'
-- Promise The user has no row, and a room that a user created has an owner. Idempotent.
if not unchanged(2) then return 'changed' end
return change(ARGV[1], '') and 'done' or 'last_owner'
