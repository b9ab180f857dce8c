-- Claims an e-mail address or a username for a user.
--
-- KEYS 1  the name
-- ARGV 1  the user    2  a claim of another user that may be replaced, since no account came of it; else empty
-- Result  {the claim in force: "1 <user> <milliseconds>", its age in milliseconds}
-- Promise A name has one claim. A user who has it already keeps it as it is.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claim = redis.call('GET', KEYS[1])
if not claim or claim == ARGV[2] then
    claim = string.format('1 %s %.0f', ARGV[1], now)
    redis.call('SET', KEYS[1], claim)
end
local at = tonumber(claim:match(' (%d+)$'))
return {claim, math.max(0, now - at)}
