-- Removes somebody from a room; whom the room does not have changes nothing.
--
-- KEYS 1  the room's members
-- ARGV 1  the user
-- Result  nothing
-- Promise They have no row.

redis.call('HDEL', KEYS[1], ARGV[1])
return {}
