-- Releases a name that no account came of.
--
-- KEYS 1  the name
-- ARGV 1  the user
-- Result  nothing
-- Promise The claim of another user stays.

local claim = redis.call('GET', KEYS[1])
if claim and claim:match('^1 (%S+) ') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {}
