-- Records the head of an audit chain.
--
-- KEYS 1  the chain's head
-- ARGV 1  the number of its line    2  its row: '1', the number, the hash, the id of the key
-- Result  the recorded row from now on
-- Promise The number never falls.

local recorded = redis.call('GET', KEYS[1])
if recorded then
    local n = string.match(recorded, '^1 (%d+) ')
    if not n or tonumber(n) >= tonumber(ARGV[1]) then
        return recorded
    end
end
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]
