-- Revokes a token whose user is not known, or all tokens of such a login, for the users of one lane.
-- KEYS    1 the lane's revocations
-- ARGV    1 now (0: Redis's clock)   2 t:<token id> or f:<sid>   3 how long it counts   4 how many the lane may have
-- Result  1; 0: the lane has too many
-- Promise From then on no session of the lane begins with such a token, and none counts as live. Idempotent. Expired
--         revocations are removed.
local now, keep = store_time(ARGV[1]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) and not redis.call('ZSCORE', KEYS[1], ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], 'GT', text(now + keep), ARGV[2])
keep_for(KEYS[1], keep)
return 1
