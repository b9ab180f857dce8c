-- Reads dead letters of a lane, oldest first.
-- KEYS    hd
-- ARGV    the most dead letters to read
-- Result  their rows: the time, the reason, and the event's row
return redis.call('LRANGE', KEYS[1], 0, ARGV[1] - 1)
