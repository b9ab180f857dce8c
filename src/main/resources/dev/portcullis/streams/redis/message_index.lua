-- Finds a message among the newest entries of a stream by an index, the hash `ix:<stream>`. Prepended to the scripts that use
-- it.
--   epoch, head   the newest entry that it knows
--   <message>     the message's seq
--   n:<message>   how many entries amended it
-- An entry may have 64 KB. Each is read once, by the first amendment after it: users who ask again and again for a missing
-- message could otherwise have Redis read all bytes of a room each time (CWE-400). Only the row at the place that the index names
-- decides.
local CHUNK = 16
local MESSAGE_VERSION, DELETED, AMENDMENT = 2, 3, 4 -- of rows and of messages: see EntryRow and EntryState
local INDEX_MS = 600000 -- the time for which the index is kept after the last amendment
local SPARE = 64

local function has(row, id)
    if not row or string.byte(row) ~= MESSAGE_VERSION then
        return false
    end
    local _, _, state, _, _, _, _, of = struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
    return of == id and state ~= AMENDMENT
end

-- Reads entries until `most` bytes are read. Returns the last seq that was read.
local function learn(entries, index, first, head, most)
    local from = first
    while from <= head and most > 0 do
        local to = math.min(from + CHUNK - 1, head)
        for i, row in ipairs(redis.call('LRANGE', entries, from - head - 1, to - head - 1)) do
            most = most - #row
            if string.byte(row) == MESSAGE_VERSION then
                local _, _, state, _, _, _, _, of = struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
                if state == AMENDMENT then
                    redis.call('HINCRBY', index, 'n:' .. of, 1)
                elseif of ~= '' then
                    redis.call('HSET', index, of, from + i - 1)
                end
            end
        end
        from = to + 1
    end
    return from - 1
end

-- Returns the index of the message from the end (-1 is the newest entry), its row, and how many entries amended it. Without one
-- it returns nil, and whether there are more entries that the index does not know, since `bytes` of them were read.
local function indexed_message(entries, index, meta, id, most, bytes)
    local length = redis.call('LLEN', entries)
    if length == 0 then
        return nil, false
    end
    local known = redis.call('HMGET', index, 'epoch', 'head')
    local head = tonumber(known[2])
    if known[1] ~= meta.epoch or head > meta.head or redis.call('HLEN', index) > 4 * length + SPARE then
        redis.call('DEL', index)
        head = 0
    end
    if head < meta.head then
        head = learn(entries, index, math.max(head, meta.head - length) + 1, meta.head, bytes)
        redis.call('HSET', index, 'epoch', meta.epoch, 'head', head)
    end
    redis.call('PEXPIRE', index, INDEX_MS)
    if head < meta.head then
        return nil, true
    end
    local found = redis.call('HMGET', index, id, 'n:' .. id)
    local at = (tonumber(found[1]) or 0) - meta.head - 1
    local row = at >= -math.min(most, length) and redis.call('LINDEX', entries, at)
    if has(row, id) then
        return at, row, tonumber(found[2] or 0)
    end
    return nil, false
end
