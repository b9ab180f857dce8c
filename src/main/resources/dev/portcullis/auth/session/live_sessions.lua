-- Reads the sessions of users of one lane that are live if their token is not revoked.
-- KEYS    1 the lane's leases   2 the lane   then for each user the sessions
-- ARGV    1 now (0: Redis's clock)   2 lease timeout
-- Result  for each user {id, row, ...}, oldest first
-- Promise Writes nothing, even where leases have expired.
local now = store_time(ARGV[1])
local is_held = leases(KEYS[1], KEYS[2], now, tonumber(ARGV[2]))
local result = {}
for k = 3, #KEYS do
    local flat = {}
    for _, each in ipairs((sessions(KEYS[k], now, is_held))) do
        flat[#flat + 1] = each.id
        flat[#flat + 1] = each.row
    end
    result[#result + 1] = flat
end
return result
