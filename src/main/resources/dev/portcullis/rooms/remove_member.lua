-- Removes a user from a room. Does nothing where the user is no member.
--
-- KEYS 1  the room's members
-- ARGV 1  the user
-- Result  nothing
-- Promise The user has no row.

redis.call('HDEL', KEYS[1], ARGV[1])
return {}
