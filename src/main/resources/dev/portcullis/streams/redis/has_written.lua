-- Reads whether the owner of an inbox has written to a user. Writes nothing.
-- KEYS    cp:<inbox>
-- ARGV    the user
-- Result  1 or 0
return redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0
