-- Removes an invitation. Its place goes with the page that finds it empty.
--
-- KEYS 1  the invitation
-- Result  1 if there was one, else 0

return redis.call('DEL', KEYS[1])
