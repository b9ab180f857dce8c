-- Reads an entry of a list of rooms.
-- KEYS    as in claim_entry.lua
-- ARGV    1 now (0: Redis's clock)   2 the room
-- Result  {now, its stamp}, or nothing
local now = store_time(ARGV[1])
local stamp = redis.call('HGET', KEYS[1], ARGV[2])
return stamp and {string.format('%.0f', now), stamp}
