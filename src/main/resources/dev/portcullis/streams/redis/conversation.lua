-- Reads a part of a conversation out of an inbox. The same rules are in DirectConversation and ConversationBuilder.
-- KEYS    lane, m:<inbox>, e:<inbox>, c:<inbox>
-- ARGV    now (0: Redis's clock), a fresh epoch, 'after' or 'before', which seq, how many entries, how many bytes, after how
--         many bytes of entries, of this conversation or not, the read ends, the inbox's owner, the other user
-- Result  {epoch, head, the last seq that was looked at, 1 if a further entry of the conversation was left out, 1 if entries
--         behind the last were not looked at, 1 if entries right behind `after` are no longer kept or one of the other user
--         was trimmed among those that were looked at, seqs, rows, for each row
--         that of its message's newest amendment or ''}
-- Promise All is of one moment. Entries are in the order of the read: ascending from the first after `after`, or descending
--         from the last before `before`, without amendments. At least one is returned if one is found. Writes nothing but a
--         fork of the lane.
local AMENDMENT, TRIMMED, MESSAGE_VERSION = 4, 5, 2 -- see EntryState and EntryRow

local lane_key, entries, now = KEYS[1], KEYS[3], store_time(ARGV[1])
local upwards, seq, max_entries, max_bytes = ARGV[3] == 'after', tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local most, owner, other = tonumber(ARGV[7]), ARGV[8], ARGV[9]
local lane = check_form(redis.call('HMGET', lane_key, 'id', 'fork', 'void', 'voided', 'v'))
refresh_lane(lane_key, lane, server(), now, ARGV[2])
local meta = meta_of(KEYS[2], lane_key, lane, now)
local length = redis.call('LLEN', entries)
local first = meta.head - length + 1
local newest = math.min(meta.head, tonumber(redis.call('HGET', KEYS[4], other) or 0)) -- of the conversation
-- The index of the oldest entry that is kept. A conversation that is empty need not know it.
local oldest = newest >= first and oldest_young(entries, length, now - meta.age) or length

local seqs, found, amendments, bytes, reached = {}, {}, {}, 0, math.min(seq, meta.head + 1)
local looked, rows = 0, 0 -- bytes, and the entries that have them
local cut, unread, gap = 0, 0, 0

local function is_shown(row)
    if other_in(row, owner) ~= other then
        return false
    end
    local _, _, state = struct.unpack('>I2c0i8B', row, 2)
    return upwards or state ~= AMENDMENT
end

-- Whether there is room for more.
local function look(row, at)
    if looked >= most then
        unread = 1
        return false
    end
    looked, rows = looked + #row, rows + 1
    if upwards and string.byte(row) == MESSAGE_VERSION then
        local _, _, state, _, _, _, author = struct.unpack('>I2c0i8Bi8i8I2c0I2c0', row, 2)
        gap = state == TRIMMED and author == other and 1 or gap
    end
    if is_shown(row) then
        local amendment = upwards and '' or amendment_of(entries, row, first)
        bytes = bytes + #row + #amendment
        if #found >= max_entries or (#found > 0 and bytes > max_bytes) then
            cut = 1
            return false
        end
        seqs[#seqs + 1], found[#found + 1], amendments[#amendments + 1] = at, row, amendment
    end
    reached = at
    return true
end

local function next_chunk()
    return fetch_size(rows, looked, math.min(most - looked, max_bytes - bytes))
end

local function up(from, to)
    while from <= to do
        local last = math.min(to, from + next_chunk() - 1)
        for i, row in ipairs(redis.call('LRANGE', entries, from, last)) do
            if not look(row, first + from + i - 1) then
                return
            end
        end
        from = last + 1
    end
end

local function down(from, to)
    while from >= to do
        local last = math.max(to, from - next_chunk() + 1)
        local chunk = redis.call('LRANGE', entries, last, from)
        for i = #chunk, 1, -1 do
            if not look(chunk[i], first + last + i - 1) then
                return
            end
        end
        from = last - 1
    end
end

if upwards then
    if seq < meta.head then
        gap = seq + 1 >= first and is_young(entries, seq + 1 - first, now - meta.age) and 0 or 1
    end
    up(math.max(oldest, seq + 1 - first), newest - first)
else
    down(math.min(newest, seq - 1) - first, oldest)
end
return {meta.epoch, meta.head, reached, cut, unread, gap, seqs, found, amendments}
