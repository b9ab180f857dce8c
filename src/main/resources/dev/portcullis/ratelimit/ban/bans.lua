-- Functions on bans. Prepended to the scripts that use them, which all have the same keys:
--   1 a hash of target and row: user:<id> or ip:<range>, and 1 <origin> <until> <decided at> <reason>; further `run`,
--     random, from the first write on, and `count`, the number of writes
--   2 the targets of the bans by rules, by their end       3 those of the other bans, by their end
--   4 the targets whose ban was lifted or replaced, by the time until which that is remembered
local ROWS, RULES, OPERATORS, LIFTED = unpack(KEYS)
local SWEPT = 1000 -- expired bans that one call removes

-- Milliseconds of Redis's own clock, unless a test sets another.
local function store_time(set)
    if set ~= '0' then return tonumber(set) end
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function text(number)
    return string.format('%.0f', number)
end

local function count()
    return redis.call('ZCARD', RULES) + redis.call('ZCARD', OPERATORS)
end

local function delete(target)
    redis.call('HDEL', ROWS, target)
    redis.call('ZREM', RULES, target)
    redis.call('ZREM', OPERATORS, target)
end

local function remove_expired(now)
    for _, key in ipairs({RULES, OPERATORS}) do
        for _, target in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', text(now), 'LIMIT', 0, SWEPT)) do
            delete(target)
        end
    end
end

local function put(target, origin, ends, row)
    delete(target)
    redis.call('ZREM', LIFTED, target)
    redis.call('ZADD', origin == 'rule' and RULES or OPERATORS, ends, target)
    redis.call('HSET', ROWS, target, row)
end

-- Removes a ban for good, and remembers that for at most `max` targets.
local function lift(target, now, max, keep)
    delete(target)
    redis.call('ZADD', LIFTED, text(now + keep), target)
    redis.call('ZREMRANGEBYSCORE', LIFTED, '-inf', text(now))
    redis.call('ZREMRANGEBYRANK', LIFTED, 0, -1 - max)
end

-- Tells all readers that something has changed.
local function changed(run)
    redis.call('HSETNX', ROWS, 'run', run)
    redis.call('HINCRBY', ROWS, 'count', 1)
end
