-- Releases a node's leases in some lanes.
-- KEYS    for each lane: leases
-- ARGV    the node's incarnation
-- Result  how many leases it had
-- Promise From now on every reader finds the node's sessions ended.
local released = 0
for i = 1, #KEYS do
    released = released + redis.call('ZREM', KEYS[i], ARGV[1])
end
return released
