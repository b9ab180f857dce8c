-- Counts up, for tests.
-- KEYS[1]  the counter
-- ARGV     none
-- Result   the new count
return redis.call('INCR', KEYS[1])
