-- Reads a user's membership in a room.
--
-- KEYS 1  the room's members
-- ARGV 1  the user
-- Result  the row as it was put, or nothing

return redis.call('HGET', KEYS[1], ARGV[1])
