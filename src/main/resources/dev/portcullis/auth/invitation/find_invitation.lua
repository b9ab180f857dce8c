-- Reads an invitation.
--
-- KEYS 1  the invitation
-- Result  its row, or nothing

return redis.call('GET', KEYS[1])
