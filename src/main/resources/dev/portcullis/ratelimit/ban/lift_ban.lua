-- Lifts a ban.
-- KEYS    as in bans.lua
-- ARGV    1 now (0: Redis's clock)   2 how many lifted ones are remembered   3 for how long   4 a random id
--         5 the target   6 the latest time of the step
-- Result  1 if there was one, else 0; nothing if it comes too late
-- Promise No node stores it again meanwhile. Idempotent.
local now = store_time(ARGV[1])
if now > tonumber(ARGV[6]) then return false end
remove_expired(now)
local found = redis.call('HEXISTS', ROWS, ARGV[5])
lift(ARGV[5], now, tonumber(ARGV[2]), now + tonumber(ARGV[3]))
name(ARGV[4])
return found
