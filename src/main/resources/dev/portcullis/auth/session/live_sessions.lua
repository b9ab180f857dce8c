-- Reads the live sessions of users of one lane. A session whose token is revoked is not live.
-- KEYS    1 the lane's leases   2 the lane   3 the lane's revocations   then for each user the sessions and the revocations
-- ARGV    1 now (0: Redis's clock)   2 lease timeout
-- Result  for each user {id, row, ...}, oldest first
-- Promise Writes nothing, even where leases have expired.
local now = store_time(ARGV[1])
local is_held = leases(KEYS[1], KEYS[2], now, tonumber(ARGV[2]))
local any_in_lane = redis.call('EXISTS', KEYS[3]) == 1
local result = {}
for k = 4, #KEYS, 2 do
    local flat = {}
    local checks = any_in_lane or redis.call('EXISTS', KEYS[k + 1]) == 1
    for _, each in ipairs((sessions(KEYS[k], now, is_held))) do
        local token = checks and token_of(each.row)
        if not token or not is_revoked(KEYS[k + 1], KEYS[3], token, now) then
            flat[#flat + 1] = each.id
            flat[#flat + 1] = each.row
        end
    end
    result[#result + 1] = flat
end
return result
