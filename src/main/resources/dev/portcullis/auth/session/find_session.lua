-- Reads whose session it is. The session may have ended since.
-- KEYS    1 whose session it is
-- Result  the user, or nothing
return redis.call('GET', KEYS[1])
