-- Functions on bans. Prepended to the scripts that use them, which all have the same keys:
--   1 a hash of target and row: user:<id> or ip:<range>, and 1 <origin> <until> <decided at> <reason>; further `run`,
--     random, from the first write on, `count`, the number of writes, and `floor`, the last write that `changes` has forgotten
--   2 the targets of the bans by rules, by their end       3 those of the other bans, by their end
--   4 the targets whose ban was lifted or replaced, by the time until which that is remembered
--   5 the targets of all of these, by the number of their last write
--   6 those of key 2 that are ranges of addresses, by their end
local ROWS, RULES, OPERATORS, LIFTED, CHANGES, RANGES = unpack(KEYS)
local SWEPT = 1000 -- entries that one call removes of each key

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
    redis.call('ZREM', RANGES, target)
end

-- Tells all readers that a target has changed.
local function changed(target)
    redis.call('ZADD', CHANGES, redis.call('HINCRBY', ROWS, 'count', 1), target)
end

-- Takes a target that has no ban from the changes. Who has not read of it yet must read all bans again.
local function unlist(target)
    local number = tonumber(redis.call('ZSCORE', CHANGES, target) or 0)
    redis.call('ZREM', CHANGES, target)
    if number > tonumber(redis.call('HGET', ROWS, 'floor') or 0) then
        redis.call('HSET', ROWS, 'floor', text(number))
    end
end

-- Forgets that the bans of these were lifted or replaced.
local function forget(targets)
    for _, target in ipairs(targets) do
        redis.call('ZREM', LIFTED, target)
        if redis.call('HEXISTS', ROWS, target) == 0 then unlist(target) end
    end
end

-- Remembers until a time that the ban of a target was lifted or replaced, for the `max` targets of the latest times.
local function remember(target, ends, now, max)
    redis.call('ZADD', LIFTED, text(ends), target)
    forget(redis.call('ZRANGEBYSCORE', LIFTED, '-inf', text(now), 'LIMIT', 0, SWEPT))
    local excess = math.min(SWEPT, redis.call('ZCARD', LIFTED) - max)
    if excess > 0 then forget(redis.call('ZRANGE', LIFTED, 0, excess - 1)) end
end

local function remove_expired(now)
    for _, key in ipairs({RULES, OPERATORS}) do
        for _, target in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', text(now), 'LIMIT', 0, SWEPT)) do
            delete(target)
            unlist(target)
        end
    end
end

local function put(target, origin, ends, row)
    delete(target)
    redis.call('ZREM', LIFTED, target)
    redis.call('ZADD', origin == 'rule' and RULES or OPERATORS, ends, target)
    if origin == 'rule' and string.sub(target, 1, 3) == 'ip:' then redis.call('ZADD', RANGES, ends, target) end
    redis.call('HSET', ROWS, target, row)
    changed(target)
end

-- Removes a ban for good, and remembers that until a time.
local function lift(target, now, max, remembered)
    delete(target)
    changed(target)
    remember(target, remembered, now, max)
end

-- Names the list, from its first write on.
local function name(run)
    redis.call('HSETNX', ROWS, 'run', run)
end
