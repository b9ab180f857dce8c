-- Reads the user of a session. The session may have ended since.
-- KEYS    1 the session's user
-- Result  the user, or nothing
return redis.call('GET', KEYS[1])
