-- Deletes an account.
--
-- KEYS 1  the account
-- Result  its row; nil if there was none

local row = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
return row
