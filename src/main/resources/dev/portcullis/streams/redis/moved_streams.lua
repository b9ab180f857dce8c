-- Names the streams of a lane that were appended to last.
-- KEYS    moved
-- Result  the names
return redis.call('ZRANGE', KEYS[1], 0, -1)
