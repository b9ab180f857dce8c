-- Reads the invitations of a user.
-- KEYS    1 their row
-- Result  the row, or nothing
return redis.call('GET', KEYS[1])
