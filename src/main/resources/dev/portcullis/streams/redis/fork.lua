-- Forks a lane where that is due: a read found that another server wrote here last.
-- KEYS    lane
-- ARGV    now (0: Redis's clock), a fresh epoch
-- Result  the lane's present fork
-- Promise Only the first of many forks it.
local lane = understood(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'voided', 'v'))
settle(KEYS[1], lane, server(), store_time(ARGV[1]), ARGV[2])
return lane[FORK]
