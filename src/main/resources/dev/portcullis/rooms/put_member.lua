-- Adds a user to a room, or changes their role.
--
-- KEYS 1  the room's members
-- ARGV 1  the user    2  the row: its format number, then the id of the role
-- Result  nothing
-- Promise The user has this row and no other.

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return {}
