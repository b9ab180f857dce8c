-- Reads an entry of a list of rooms.
-- KEYS    as in claim_entry.lua
-- ARGV    1 the room
-- Result  its stamp, or nothing
return redis.call('HGET', KEYS[1], ARGV[1])
