-- Whether this master takes writes.
-- KEYS[1]  pc:{lane}:probe, of any lane that it keeps
-- ARGV     none
-- Result   1
-- Promise  fails where a write of ours would: read-only, full, without the replicas or the disk that it must have.
--          Leaves nothing behind.
redis.call('SET', KEYS[1], 1)
return redis.call('DEL', KEYS[1])
