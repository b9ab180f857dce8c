-- Gives a node's leases up in some lanes.
-- KEYS    for each lane: leases
-- ARGV    the node's incarnation
-- Result  how many leases it had
-- Promise Who looks at its sessions from now on finds them ended.
local had = 0
for i = 1, #KEYS do
    had = had + redis.call('ZREM', KEYS[i], ARGV[1])
end
return had
