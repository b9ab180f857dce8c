-- Reads the live sessions of users of one lane.
-- KEYS    1 the lane's leases   2 the lane   then the sessions of each user
-- ARGV    1 now (0: Redis's clock)   2 how long a lease lasts
-- Result  for each user {id, row, ...}, oldest first
-- Promise Nothing is written, whatever is found lapsed.
local now = store_time(ARGV[1])
local holds = leases(KEYS[1], KEYS[2], now, tonumber(ARGV[2]))
local answer = {}
for k = 3, #KEYS do
    local flat = {}
    for _, each in ipairs((sessions(KEYS[k], now, holds))) do
        flat[#flat + 1] = each.id
        flat[#flat + 1] = each.row
    end
    answer[#answer + 1] = flat
end
return answer
