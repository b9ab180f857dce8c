-- Lifts a user's bar from a stream, if there is one. It assigns no position, so it needs no check for a fork.
-- KEYS    b:<stream>
-- ARGV    the user
-- Result  1 or 0: whether there was one
return redis.call('SREM', KEYS[1], ARGV[1])
