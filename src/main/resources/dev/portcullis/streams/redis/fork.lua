-- Forks a lane if it is due: a read found that another server wrote the lane last.
-- KEYS    lane
-- ARGV    now (0: Redis's clock), a fresh epoch
-- Result  the lane's current fork
-- Promise Of many concurrent calls only the first forks the lane.
local lane = check_form(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'voided', 'v'))
refresh_lane(KEYS[1], lane, server(), store_time(ARGV[1]), ARGV[2])
return lane[FORK]
