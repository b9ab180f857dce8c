-- Reads an account, or the claim of a name.
--
-- KEYS 1  the account or the name
-- Result  the row, or nothing

return redis.call('GET', KEYS[1])
