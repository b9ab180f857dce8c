-- Writes, so that a WAIT behind it on the same connection counts the replicas that have all that was written before.
-- KEYS[1]  pc:{lane}:held, of any lane of this master
-- ARGV     none
-- Result   the replication id of this server
-- Promise  always moves the replication offset: from Redis 7.2 on, WAIT counts only up to the last write of its connection.
--          It leaves one short key in a lane.
redis.call('SET', KEYS[1], 1)
return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
