-- Keeps bans that a node holds and the store has lost.
-- KEYS    as in bans.lua
-- ARGV    1 now (0: Redis's clock)   2 how many bans are kept   3 a random id
--         then for each ban its target, its origin, its end and its row
-- Result  how many had been lost
-- Promise A target that has a ban keeps it, and one whose ban was lifted or replaced gets none. Idempotent.
local now, max, restored = store_time(ARGV[1]), tonumber(ARGV[2]), 0
remove_expired(now)
for i = 4, #ARGV, 4 do
    local target, ends = ARGV[i], tonumber(ARGV[i + 2])
    local lifted = tonumber(redis.call('ZSCORE', LIFTED, target) or 0) > now
    if ends > now and not lifted and redis.call('HEXISTS', ROWS, target) == 0 and count() < max then
        put(target, ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
        restored = restored + 1
    end
end
if restored > 0 then name(ARGV[3]) end
return restored
