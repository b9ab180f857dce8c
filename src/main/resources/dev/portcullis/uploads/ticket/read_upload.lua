-- Reads what a step of an upload depends on.
-- KEYS    as in uploads.lua
-- ARGV    1 the id   2 a user who asks for a ticket, or nothing   3 now   4... names of sums
-- Result  {row, since when the user is known, sum...}, with nothing in place of what is not there
-- Promise The user is known from now on, if not before.
local since = false
if ARGV[2] ~= '' then
    redis.call('HSETNX', KNOWN, ARGV[2], ARGV[3])
    redis.call('ZADD', SEEN, ARGV[3], ARGV[2])
    since = redis.call('HGET', KNOWN, ARGV[2])
end
local result = {redis.call('HGET', ROWS, ARGV[1]), since}
for at = 4, #ARGV do result[at - 1] = redis.call('HGET', SUMS, ARGV[at]) end
return result
