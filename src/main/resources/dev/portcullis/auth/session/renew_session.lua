-- Replaces the token of a live session.
-- KEYS    1 the user's sessions   2 the lane's leases   3 the lane   4 the session's user; then the keys of the permit's rows
--         (see permit.lua)
-- ARGV    1 now (0: Redis's clock)   2 id   3 expiresAt   4 details   5 lease timeout   6 the user   7 its row so far; then the
--         permit
-- Result  'renewed'; 'ended': the session is not live; 'other': it has another row; 'changed': the permit does not hold. The
--         last three change nothing.
-- Promise A session that has ended gets no new token, and none gets one under a permit that no longer holds. Idempotent.
local now, expires_at = store_time(ARGV[1]), tonumber(ARGV[3])
local row = redis.call('HGET', KEYS[1], ARGV[2])
local order, expires, incarnation = string.match(row or '', '^1 (%d+) (%d+) (%S+) ')
local is_held = leases(KEYS[2], KEYS[3], now, tonumber(ARGV[5]))
if not order or tonumber(expires) <= now or expires_at <= now or not is_held(incarnation) then return 'ended' end
if row ~= ARGV[7] then return 'other' end
if not permit.holds() then return 'changed' end

redis.call('HSET', KEYS[1], ARGV[2], table.concat({'1', order, ARGV[3], incarnation, ARGV[4]}, ' '))
keep_for(KEYS[1], expires_at - now)
index(KEYS[4], ARGV[6], expires_at - now)
return 'renewed'
