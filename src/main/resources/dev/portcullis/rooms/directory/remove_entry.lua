-- Removes an entry of a list of rooms.
-- KEYS    as in claim_entry.lua
-- ARGV    1 the room   2 the stamp that the entry must have
-- Result  1 if it was removed, else 0
-- Promise An entry that was claimed again since stays.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
