-- A node takes its row out of the directory: a planned stop.
--
-- KEYS[1]  the directory
-- ARGV[1]  node
-- Result   1 if it stood there
--
-- Promise: said twice it changes nothing more.

return redis.call('HDEL', KEYS[1], ARGV[1])
