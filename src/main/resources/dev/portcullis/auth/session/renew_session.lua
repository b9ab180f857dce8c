-- Replaces the token of a live session.
-- KEYS    1 the user's sessions   2 the lane's leases   3 the lane   4 the user's revocations   5 the lane's revocations
--         6 the session's user
-- ARGV    1 now (0: Redis's clock)   2 id   3 expiresAt   4 details   5 lease timeout   6 the new token's id   7 its iat
--         8 its sid or ''   9 the user
-- Result  'renewed'; 'revoked': the new token is revoked; 'ended': the session is not live. The last two change nothing.
-- Promise A session that has ended, or whose former token is revoked, gets no new token. Idempotent.
local now, expires_at = store_time(ARGV[1]), tonumber(ARGV[3])
local row = redis.call('HGET', KEYS[1], ARGV[2])
local order, expires, incarnation = string.match(row or '', '^1 (%d+) (%d+) (%S+) ')
local is_held = leases(KEYS[2], KEYS[3], now, tonumber(ARGV[5]))
if not order or tonumber(expires) <= now or expires_at <= now or not is_held(incarnation) then return 'ended' end
local former = token_of(row)
if not former or is_revoked(KEYS[4], KEYS[5], former, now) then return 'ended' end
if is_revoked(KEYS[4], KEYS[5], token_in(ARGV, 6), now) then return 'revoked' end

redis.call('HSET', KEYS[1], ARGV[2], table.concat({'1', order, ARGV[3], incarnation, ARGV[4]}, ' '))
keep_for(KEYS[1], expires_at - now)
index(KEYS[6], ARGV[9], expires_at - now)
return 'renewed'
