-- Whether this master takes writes, and what time it has.
-- KEYS[1]  pc:{lane}:probe, of any lane that it keeps
-- ARGV     none
-- Result   the time in milliseconds
-- Promise  fails where a write of ours would: read-only, full, without the replicas or the disk that it must have.
--          Leaves nothing behind.
local time = redis.call('TIME')
redis.call('SET', KEYS[1], 1)
redis.call('DEL', KEYS[1])
return time[1] * 1000 + math.floor(time[2] / 1000)
