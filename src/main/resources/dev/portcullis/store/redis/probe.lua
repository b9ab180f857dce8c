-- Checks whether this master accepts writes, and reads its clock.
-- KEYS[1]  pc:{lane}:probe, of any lane of this master
-- ARGV     none
-- Result   the time in milliseconds
-- Promise  fails if a write would fail: read-only, out of memory, or without the required replicas or disk.
--          Leaves nothing behind.
local time = redis.call('TIME')
redis.call('SET', KEYS[1], 1)
redis.call('DEL', KEYS[1])
return time[1] * 1000 + math.floor(time[2] / 1000)
