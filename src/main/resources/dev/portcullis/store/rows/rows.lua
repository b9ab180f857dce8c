-- Functions on rows. Prepended to the scripts that read or change them.
--
-- A row that is found by its key alone is a string. The rows of a partition are a sorted set without scores, each a key, a byte
-- 0 and the value, so that they are in the order of their keys.
-- ARGV    now (0: Redis's clock), how many reads; then for each read five arguments: the number of its key in KEYS; `single`,
--         `up` or `down`; and for the last two the first member, the member before which to end, the most members

local function now()
    if ARGV[1] ~= '0' then return tonumber(ARGV[1]) end
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function read(at)
    local key, kind = KEYS[tonumber(ARGV[at])], ARGV[at + 1]
    local from, before, limit = '[' .. ARGV[at + 2], '(' .. ARGV[at + 3], ARGV[at + 4]
    if kind == 'single' then return redis.call('GET', key) end
    if kind == 'up' then return redis.call('ZRANGEBYLEX', key, from, before, 'LIMIT', 0, limit) end
    return redis.call('ZREVRANGEBYLEX', key, before, from, 'LIMIT', 0, limit)
end

-- Returns each read's result, and the index of the argument behind the reads.
local function read_all()
    local at, results = 3, {}
    for i = 1, tonumber(ARGV[2]) do
        results[i] = read(at)
        at = at + 5
    end
    return results, at
end

local function digest_of(results)
    return redis.sha1hex(cmsgpack.pack(results))
end

local function reply(digest, results)
    return {string.format('%.0f', now()), digest, results}
end
