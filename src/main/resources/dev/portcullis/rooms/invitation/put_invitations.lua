-- Writes the invitations of a user, if they are still as they were read.
-- KEYS    1 their row
-- ARGV    1 the row as it was read; '' for none   2 the row; '' to remove it
-- Result  1 if it is written, else 0
-- Promise No change that was written between the read and this call is lost.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then
    redis.call('DEL', KEYS[1])
else
    redis.call('SET', KEYS[1], ARGV[2])
end
return 1
