-- Functions on changes of rows. Prepended to the scripts that make them. rows.lua describes how rows are stored.
--
-- A row of a condition has four arguments: the number of its key in KEYS, the key of a row of a partition or '' for a single one,
-- '1' if the row must exist or '' if it must not, the value. A write has four: the number, the row's key or '', the kind, a value.
--   unless   makes none of the writes if there is such a row; it comes first
--   room     fails if a queue has this many rows: the numbers of the keys of its newest and of its oldest number
--   clear    removes all rows of a partition, or those from the key in the value on and before this key
--   put      writes the value
--   remove   removes the row
--   add      adds the value to a number; a row that becomes 0 is removed
--   expire   lets the key expire after so many milliseconds; a partition expires after the last of its rows
--   take     removes the row of a partition, whose value the next push gets behind its own; without such a row it pushes nothing
--   push     puts the value at the end of a queue: the numbers of the keys of its rows and of its newest number
--   keep     removes what a queue has beyond so many rows, but only once in this number of pushes; it comes behind the push
-- A queue is a partition whose keys are numbers: see RowQueue.

local NUMBER = '%016.0f'

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

-- Returns what is put in front of a row that is pushed. See Stamp.
local function stamp_of(now, epoch, seq)
    return string.format('%.0f %.0f %s ', now, seq, epoch)
end

-- Returns whether each queue to which the writes push has room. Call it before anything is written.
local function has_room(args, from, to)
    local present = false
    for i = from, to, 4 do
        local key, row, kind = KEYS[tonumber(args[i])], args[i + 1], args[i + 2]
        if kind == 'unless' then
            present = function() return value_of_row(key, row) end -- is read only where it matters
        elseif kind == 'room' then
            local numbers = redis.call('MGET', key, KEYS[tonumber(row)])
            local is_full = (numbers[1] or 0) - (numbers[2] or 1) + 1 >= tonumber(args[i + 3])
            if is_full and not (present and present()) then return false end
        end
    end
    return true
end

-- Makes the writes from an index of the arguments to another.
local function write_rows(args, from, to, stamp)
    local taken, number = '', nil
    for i = from, to, 4 do
        local key, row, kind, value = KEYS[tonumber(args[i])], args[i + 1], args[i + 2], args[i + 3]
        if kind == 'unless' then
            if value_of_row(key, row) then return end
        elseif kind == 'clear' then
            if row == '' then
                redis.call('UNLINK', key)
            else
                redis.call('ZREMRANGEBYLEX', key, '[' .. value, '(' .. row)
            end
        elseif kind == 'add' then
            if redis.call('INCRBY', key, value) == 0 then redis.call('DEL', key) end
        elseif kind == 'expire' then
            redis.call('PEXPIRE', key, string.format('%.0f', math.max(tonumber(value), redis.call('PTTL', key))))
        elseif kind == 'take' then
            taken = value_of_row(key, row)
            if taken then redis.call('ZREM', key, row .. '\0' .. taken) end
        elseif kind == 'push' then
            number = taken and redis.call('INCR', KEYS[tonumber(row)])
            if taken then redis.call('ZADD', key, 0, string.format(NUMBER, number) .. '\0' .. stamp .. value .. taken) end
            taken = ''
        elseif kind == 'keep' then
            if number and number % tonumber(row) == 0 and number > tonumber(value) then
                redis.call('ZREMRANGEBYLEX', key, '-', '(' .. string.format(NUMBER, number - value + 1))
            end
        elseif kind == 'put' or kind == 'remove' then
            if row ~= '' then
                redis.call('ZREMRANGEBYLEX', key, '[' .. row .. '\0', '(' .. row .. '\1')
                if kind == 'put' then redis.call('ZADD', key, 0, row .. '\0' .. value) end
            elseif kind == 'put' then
                redis.call('SET', key, value)
            else
                redis.call('DEL', key)
            end
        end
    end
end
