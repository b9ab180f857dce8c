-- Writes an invitation, if it is still as it was read.
--
-- KEYS 1  the invitation
-- ARGV 1  the row as it was read; empty for none    2  the row
--      3  its lifetime in milliseconds; 0 if its end stays
-- Result  1 if it is written, else 0
-- Promise No change that was written between the read and this call is lost. The row is gone after its end.

if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[3] == '0' then
    redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1
