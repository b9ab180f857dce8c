-- Keeps a ban instead of an earlier one of its target.
-- KEYS    as in bans.lua
-- ARGV    1 now (0: Redis's clock)   2 how many bans are kept   3 how long a replaced one is remembered   4 a random id
--         5 the target   6 the origin   7 its end   8 the row   9 the latest end of a rule's ban that a rule replaces
-- Result  the row of the target from now on; nothing if as many bans are kept as may be
-- Promise A rule replaces no ban of another origin, and none that ends later than that. Where there is no room, an operator's
--         ban takes the place of the rule's ban that ends first, and a rule's that of the rule's ban of addresses that ends
--         first: one attacker has many addresses. What was displaced is remembered until its end, so that a flood of them
--         makes the store forget nothing that an operator has lifted. Idempotent.
local now, max, keep = store_time(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local target, by_rule, row = ARGV[5], ARGV[6] == 'rule', ARGV[8]
remove_expired(now)
local present = redis.call('HGET', ROWS, target)
if present == row then return row end
if present and by_rule then
    local ends = redis.call('ZSCORE', RULES, target)
    if not ends or tonumber(ends) > tonumber(ARGV[9]) then return present end
end
if not present and count() >= max then
    local first = redis.call('ZRANGE', by_rule and RANGES or RULES, 0, 0, 'WITHSCORES')
    if not first[1] then return false end
    lift(first[1], now, max, math.min(now + keep, tonumber(first[2])))
end
local former = tonumber(redis.call('ZSCORE', OPERATORS, target) or redis.call('ZSCORE', RULES, target) or 0)
local remembered = math.max(math.min(former, now + keep), tonumber(redis.call('ZSCORE', LIFTED, target) or 0))
put(target, ARGV[6], ARGV[7], row)
if remembered > tonumber(ARGV[7]) then remember(target, remembered, now, max) end -- a node may hold that one
name(ARGV[4])
return row
