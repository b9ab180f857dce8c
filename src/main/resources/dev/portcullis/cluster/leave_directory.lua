-- Removes a node's row from the directory: a planned stop.
--
-- KEYS[1]  the directory
-- ARGV[1]  node
-- Result   1 if the row was there
--
-- Promise: idempotent.

return redis.call('HDEL', KEYS[1], ARGV[1])
