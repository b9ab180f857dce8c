-- Removes the oldest events of a lane, which were delivered, and ends their claim.
-- KEYS    hq, hc
-- ARGV    who took them, how many (0: none), the SHA-1 of the last of them
-- Result  1 if they were removed; 0 if they are not the oldest any more, since others took them or the store forgot them
-- Promise No event is removed that was not delivered: rows differ, and those before one are always the same.
if redis.call('GET', KEYS[2]) == ARGV[1] then
    redis.call('DEL', KEYS[2])
end
local count = tonumber(ARGV[2])
local last = count > 0 and redis.call('LINDEX', KEYS[1], count - 1)
if not last or redis.sha1hex(last) ~= ARGV[3] then
    return 0
end
redis.call('LTRIM', KEYS[1], count, -1)
return 1
