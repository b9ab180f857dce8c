-- Reads the rows of one author in a stream, a part of the stream at a time: a stream may have many megabytes, and nothing else
-- happens in Redis meanwhile.
-- KEYS    e:<stream>, m:<stream>, ci:<stream>
-- ARGV    1 the author   2 '1' if the stream is an inbox, of which only the conversation with the author is read
--         3 the seq behind which to begin   4 the bytes of entries, of this author or not, after which the part ends
-- Result  {the seq behind which to go on or -1 at the end, the seq of a row, the row, and so on}
-- Promise Writes nothing. Entries without an author are left out.
local CHUNK = 16
local MESSAGE_VERSION = 2 -- see EntryRow

local entries, author, of_inbox, left = KEYS[1], ARGV[1], ARGV[2] == '1', tonumber(ARGV[4])
local head = tonumber(redis.call('HGET', KEYS[2], 'head') or 0)
local first = head - redis.call('LLEN', entries) + 1
local result = {-1}

-- Returns up to CHUNK seqs behind a seq.
local function behind(seq)
    if of_inbox then
        return (conversation_index.read(KEYS[3], author, true, seq, CHUNK))
    end
    local seqs, from = {}, math.max(seq + 1, first)
    for at = from, math.min(from + CHUNK - 1, head) do
        seqs[#seqs + 1] = at
    end
    return seqs
end

-- Takes the row of an entry if it is the author's. Returns how many bytes it has.
local function take(seq)
    local row = redis.call('LINDEX', entries, seq - first)
    if string.byte(row) == MESSAGE_VERSION then
        local _, _, _, _, _, _, by = struct.unpack('>I2c0i8Bi8i8I2c0I2c0', row, 2)
        if by == author then
            result[#result + 1], result[#result + 2] = seq, row
        end
    end
    return #row
end

local seq, seqs = tonumber(ARGV[3]), nil
repeat
    seqs = behind(seq)
    for _, at in ipairs(seqs) do
        if left > 0 then
            left = at >= first and at <= head and left - take(at) or left
            seq = at
        end
    end
until left <= 0 or #seqs < CHUNK
if left <= 0 then
    result[1] = seq
end
return result
