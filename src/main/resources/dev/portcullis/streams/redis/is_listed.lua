-- Reads whether a user is in a list beside an inbox: of the users whom its owner blocks, or to whom the owner has written.
-- Writes nothing.
-- KEYS    bl:<inbox> or cp:<inbox>
-- ARGV    the user
-- Result  1 or 0
return redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0
