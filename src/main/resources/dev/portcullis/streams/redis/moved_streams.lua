-- Names the streams of a lane with the last appends.
-- KEYS    moved
-- Result  the names
return redis.call('ZRANGE', KEYS[1], 0, -1)
