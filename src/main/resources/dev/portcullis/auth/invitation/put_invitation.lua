-- Writes an invitation, if it is still as it was read.
--
-- KEYS 1  the invitation    2  the places of all invitations, a sorted set without scores
-- ARGV 1  the row as it was read; empty for none    2  the row
--      3  its lifetime in milliseconds; 0 if its end stays
--      4  its place    5  the place before which those that are over have theirs
-- Result  1 if it is written, else 0
-- Promise No change that was written between the read and this call is lost. The row is gone after its end, its place with
--         the first invitation that is made after that.

if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[3] == '0' then
    redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
else
    redis.call('ZREMRANGEBYLEX', KEYS[2], '-', '(' .. ARGV[5])
    redis.call('ZADD', KEYS[2], 0, ARGV[4])
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1
