-- Reads the recorded head of an audit chain.
--
-- KEYS 1  the chain's head
-- Result  its row; nothing if none was recorded

return redis.call('GET', KEYS[1])
