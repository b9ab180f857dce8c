-- Begins the backlog of a sender in an inbox again. It assigns no position, so it needs no check for a fork.
-- KEYS    w:<inbox>
-- ARGV    the sender
-- Result  1 or 0: whether there was one
return redis.call('HDEL', KEYS[1], ARGV[1])
