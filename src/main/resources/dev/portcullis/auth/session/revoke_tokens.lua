-- Revokes tokens of a user, and ends the sessions that were opened with one.
-- KEYS    1 the user's sessions   2 the user's revocations
-- ARGV    1 now (0: Redis's clock)   2 't', 'f' or 'before'   3 the token's id, the sid, or the time (0: now)
--         4 how long a revocation counts   5 how long an ended id is kept   6 how many revocations a user may have
-- Result  {the time before which all tokens are revoked because there are too many revocations, or 0; then id, row, ... of
--         the sessions that have ended}
-- Promise From then on no session is live with such a token. Idempotent. Expired revocations are removed.
local now, kind, id = store_time(ARGV[1]), ARGV[2], ARGV[3]
local keep, ended_keep, max = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local before, till = issued_before(redis.call('HGET', KEYS[2], 'before'), now)
local longest = till or 0

local function revoke_before(time)
    before = math.max(time, before or 0)
    longest = math.max(longest, now + keep, time + keep)
    redis.call('HSET', KEYS[2], 'before', text(before) .. ' ' .. text(longest))
end

if kind == 'before' then
    revoke_before(id == '0' and now or tonumber(id))
else
    longest = math.max(longest, now + keep)
    redis.call('HSET', KEYS[2], kind .. ':' .. id, text(now + keep))
end

local names, left, widened = {}, {}, 0
local flat = redis.call('HGETALL', KEYS[2])
for i = 1, #flat, 2 do
    if flat[i] ~= 'before' then
        names[#names + 1] = flat[i]
        if in_force(flat[i + 1], now) then
            left[#left + 1] = tonumber(flat[i + 1])
        else
            redis.call('HDEL', KEYS[2], flat[i])
        end
    end
end
if #left > max then -- fewer and wider ones: revoked tokens stay revoked
    revoke_before(now + 1)
    for _, each in ipairs(names) do redis.call('HDEL', KEYS[2], each) end
    widened = now + 1
else
    for _, each in ipairs(left) do longest = math.max(longest, each) end
end
redis.call('PEXPIRE', KEYS[2], text(longest - now))

local function matches(token)
    return not token or before and token.iat < before
        or kind == 't' and token.jti == id or kind == 'f' and token.sid == id
end

local result, rows = {text(widened)}, redis.call('HGETALL', KEYS[1])
for i = 1, #rows, 2 do
    if string.sub(rows[i + 1], 1, 2) == '1 ' and matches(token_of(rows[i + 1])) then
        redis.call('HSET', KEYS[1], rows[i], '0 ' .. text(now + ended_keep))
        result[#result + 1] = rows[i]
        result[#result + 1] = rows[i + 1]
    end
end
if #result > 1 then keep_for(KEYS[1], ended_keep) end
return result
