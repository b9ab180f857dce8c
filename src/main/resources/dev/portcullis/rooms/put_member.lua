-- Adds somebody to a room, or changes what they are.
--
-- KEYS 1  the room's members
-- ARGV 1  the user    2  their row: the number of its form, then the word of the role
-- Result  nothing
-- Promise They have this row and no other.

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return {}
