-- Makes an entry of a list of rooms, or gives it a new stamp.
-- KEYS    1 a hash of room and stamp   2 its rooms, in the order of their ids
-- ARGV    1 now (0: Redis's clock)   2 the room   3 entries at most
-- Result  {stamp, 1 if there was no entry before, else 0}; nothing if the list is full
-- Promise No two claims of an entry get the same stamp.
local now = store_time(ARGV[1])
local present = redis.call('HGET', KEYS[1], ARGV[2])
if not present and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return false end
local stamp = string.format('%.0f', math.max(now, tonumber(present or 0) + 1))
redis.call('HSET', KEYS[1], ARGV[2], stamp)
redis.call('ZADD', KEYS[2], 0, ARGV[2])
return {stamp, present and 0 or 1}
