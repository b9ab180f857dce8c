-- Finds a message among the newest entries of a stream by an index, the hash `ix:<stream>`:
--   epoch, head   the newest entry that it knows
--   <message>     the message's seq
--   n:<message>   how many entries amended it
-- An entry may have 64 KB. Each is read once, by the first search after it: users who ask again and again for a missing message
-- could otherwise have Redis read all bytes of a room each time (CWE-400). The row at the place that the index names decides.
-- KEYS    lane, m:<stream>, e:<stream>, ix:<stream>, ka, kb
-- ARGV    now (0: Redis's clock), a fresh epoch, the message's id, how many entries are searched, the most bytes of entries that
--         are read, the key of the place of the message's newest edit (see EditPlace), how many bytes of the body are returned
-- Result  {its seq, its row without the rest of the body, how many entries amended it, the row of the place or ''},
--         {0} if there is none, or {-1} if the call has to be repeated
-- Promise Writes only forks and the index, which only describe the entries.
local CHUNK = 16
local MESSAGE_VERSION, AMENDMENT = 2, 4 -- see EntryRow and EntryState
local INDEX_MS = 600000 -- the time for which the index is kept after the last search
local SPARE = 64

local now = store_time(ARGV[1])
local lane = check_form(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'voided', 'cur', 'v'))
refresh_lane(KEYS[1], lane, server(), now, ARGV[2])
local meta = meta_of(KEYS[2], KEYS[1], lane, now)
local entries, index, id = KEYS[3], KEYS[4], ARGV[3]

-- Returns the state of an entry, the message that it is of, its store time, and where its body begins.
local function parts(row)
    if string.byte(row) == MESSAGE_VERSION then
        local _, stored, state, _, _, _, _, of, body = struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
        return state, of, stored, body
    end
end

-- Reads entries until `most` bytes are read. Returns the last seq that was read.
local function learn(first, most)
    local from = first
    while from <= meta.head and most > 0 do
        local to = math.min(from + CHUNK - 1, meta.head)
        for i, row in ipairs(redis.call('LRANGE', entries, from - meta.head - 1, to - meta.head - 1)) do
            most = most - #row
            local state, of = parts(row)
            if state == AMENDMENT then
                redis.call('HINCRBY', index, 'n:' .. of, 1)
            elseif of and of ~= '' then
                redis.call('HSET', index, of, from + i - 1)
            end
        end
        from = to + 1
    end
    return from - 1
end

local length = redis.call('LLEN', entries)
if length == 0 then
    return {0}
end
local known = redis.call('HMGET', index, 'epoch', 'head')
local head = tonumber(known[2])
if known[1] ~= meta.epoch or head > meta.head or redis.call('HLEN', index) > 4 * length + SPARE then
    redis.call('DEL', index)
    head = 0
end
if head < meta.head then
    head = learn(math.max(head, meta.head - length) + 1, tonumber(ARGV[5]))
    redis.call('HSET', index, 'epoch', meta.epoch, 'head', head)
end
redis.call('PEXPIRE', index, INDEX_MS)
if head < meta.head then
    return {-1}
end
local found = redis.call('HMGET', index, id, 'n:' .. id)
local at = (tonumber(found[1]) or 0) - meta.head - 1
local row = at >= -math.min(tonumber(ARGV[4]), length) and redis.call('LINDEX', entries, at)
local state, of, stored, body = parts(row or '')
if of ~= id or state == AMENDMENT or stored < now - meta.age and meta.head + 1 + at <= (archived_seq(meta) or math.huge)
    or is_beyond(meta, meta.head + 1 + at, stored, now) then
    return {0}
end
local current, former = KEYS[5], KEYS[6]
if lane[5] == 'b' then
    current, former = former, current
end
return {meta.head + 1 + at, string.sub(row, 1, body + tonumber(ARGV[7]) - 1), tonumber(found[2] or 0),
    redis.call('HGET', current, ARGV[6]) or redis.call('HGET', former, ARGV[6]) or ''}
