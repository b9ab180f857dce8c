-- Writes an account, if it is still as it was read.
--
-- KEYS 1  the account
-- ARGV 1  the row as it was read; empty for none    2  the row
--      3  milliseconds of Redis's clock, after which nothing is written; 0 for no such time
-- Result  1 if it is written, else 0
-- Promise No change that was written between the read and this call is lost.

local time = redis.call('TIME')
local now, not_after = time[1] * 1000 + math.floor(time[2] / 1000), tonumber(ARGV[3])
if not_after > 0 and now > not_after then return 0 end
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
