-- Functions on changes of rows. Prepended to the scripts that make them. rows.lua describes how rows are stored.
--
-- A row of a condition has four arguments: the number of its key in KEYS, the key of a row of a partition or '' for a single one,
-- '1' if the row must exist or '' if it must not, the value. A write has four: the number, the row's key or '', and `put` with
-- the value, `remove`, `add` with the amount that is added to a number (a row that becomes 0 is removed), or `clear`, which
-- removes all rows of a partition.

local function value_of_row(key, row)
    if row == '' then return redis.call('GET', key) end
    local found = redis.call('ZRANGEBYLEX', key, '[' .. row .. '\0', '(' .. row .. '\1', 'LIMIT', 0, 1)[1]
    return found and string.sub(found, #row + 2)
end

-- Returns whether each row of the conditions from an index of the arguments to another is unchanged.
local function are_unchanged(args, from, to)
    for i = from, to, 4 do
        local value = value_of_row(KEYS[tonumber(args[i])], args[i + 1])
        if value then
            if args[i + 2] == '' or args[i + 3] ~= value then return false end
        elseif args[i + 2] == '1' then
            return false
        end
    end
    return true
end

-- Makes the writes from an index of the arguments to another.
local function write_rows(args, from, to)
    for i = from, to, 4 do
        local key, row, kind, value = KEYS[tonumber(args[i])], args[i + 1], args[i + 2], args[i + 3]
        if kind == 'clear' then
            redis.call('UNLINK', key)
        elseif kind == 'add' then
            if redis.call('INCRBY', key, value) == 0 then redis.call('DEL', key) end
        elseif row ~= '' then
            redis.call('ZREMRANGEBYLEX', key, '[' .. row .. '\0', '(' .. row .. '\1')
            if kind == 'put' then redis.call('ZADD', key, 0, row .. '\0' .. value) end
        elseif kind == 'put' then
            redis.call('SET', key, value)
        else
            redis.call('DEL', key)
        end
    end
end
