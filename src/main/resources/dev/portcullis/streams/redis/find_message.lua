-- Finds a message among the entries of a stream. Prepended to the scripts that use it.
local CHUNK = 64
local MESSAGE_VERSION, DELETED, AMENDMENT = 2, 3, 4 -- of rows and of messages: see EntryRow and EntryState

-- Looks from index `last` (of the end, -1 is the newest entry) back at up to `left` entries, and ends after `most` bytes.
-- Returns the index of the message and its row, or nil and the index to go on from; and how many entries amended it.
local function find_message(entries, id, last, left, most)
    local edits, bytes = 0, 0
    repeat
        local rows = redis.call('LRANGE', entries, last + 1 - math.min(CHUNK, left), last)
        for i = #rows, 1, -1 do
            local row = rows[i]
            bytes = bytes + #row
            if string.find(row, id, 1, true) and string.byte(row) == MESSAGE_VERSION then
                local _, _, state, _, _, _, _, of = struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
                if of == id and state == AMENDMENT then
                    edits = edits + 1
                elseif of == id then
                    return last - #rows + i, row, edits
                end
            end
        end
        last, left = last - #rows, left - #rows
    until left <= 0 or #rows == 0 or bytes >= most
    return nil, last, edits
end
