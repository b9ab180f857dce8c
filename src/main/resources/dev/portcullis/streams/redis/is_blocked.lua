-- Reads whether a user is blocked in an inbox. Writes nothing.
-- KEYS    bl:<inbox>
-- ARGV    the user
-- Result  1 or 0
return redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0
