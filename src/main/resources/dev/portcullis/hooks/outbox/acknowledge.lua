-- Removes the oldest events of a lane, which were delivered, and ends their claim.
-- KEYS    hq, hc
-- ARGV    who took them, how many (0: none), the SHA-1 of the last of them
-- Result  how many were removed: those that a full lane lost meanwhile, or that others took, are gone already
-- Promise No event is removed that was not delivered: rows differ, and those before one are always the same.
if redis.call('GET', KEYS[2]) == ARGV[1] then
    redis.call('DEL', KEYS[2])
end
local count = tonumber(ARGV[2])
while count > 0 do
    local last = redis.call('LINDEX', KEYS[1], count - 1)
    if last and redis.sha1hex(last) == ARGV[3] then
        redis.call('LTRIM', KEYS[1], count, -1)
        break
    end
    count = count - 1
end
return count
