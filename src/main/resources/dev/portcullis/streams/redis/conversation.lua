-- Reads a part of a conversation out of an inbox. The same rules are in Conversation and ConversationBuilder.
-- KEYS    lane, m:<inbox>, e:<inbox>
-- ARGV    now (0: Redis's clock), a fresh epoch, 'after' or 'before', which seq, how many entries, how many bytes, after how
--         many bytes of entries, of this conversation or not, the read ends, the inbox's owner, the other user
-- Result  {epoch, head, the last seq that was looked at, 1 if a further entry of the conversation was left out, 1 if entries
--         behind the last were not looked at, 1 if entries right behind `after` are no longer kept, seqs, rows, for each row
--         that of its message's newest amendment or ''}
-- Promise All is of one moment. Entries are in the order of the read: ascending from the first after `after`, or descending
--         from the last before `before`, without amendments. At least one is returned if one is found. Writes nothing but a
--         fork of the lane.
local CHUNK = 32
local MESSAGE_VERSION, AMENDMENT = 2, 4 -- of rows and of messages: see EntryRow and EntryState
-- No id contains a quote or a backslash, and all three come before anything that a user can write.
local HEAD = '^"type":"[a-z_]+","recipientId":"([^"]+)","messageId":"[^"]+","userId":"([^"]+)"'

local lane_key, entries, now = KEYS[1], KEYS[3], store_time(ARGV[1])
local upwards, seq, max_entries, max_bytes = ARGV[3] == 'after', tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local most, owner, other = tonumber(ARGV[7]), ARGV[8], ARGV[9]
local lane = check_form(redis.call('HMGET', lane_key, 'id', 'fork', 'void', 'voided', 'v'))
refresh_lane(lane_key, lane, server(), now, ARGV[2])
local meta = meta_of(KEYS[2], lane_key, lane, now)
local length = redis.call('LLEN', entries)
local first = meta.head - length + 1
local oldest = oldest_young(entries, length, now - meta.age)

local seqs, found, amendments, bytes, looked, reached = {}, {}, {}, 0, 0, math.min(seq, meta.head + 1)
local cut, unread = 0, 0

local function is_shown(row)
    if string.byte(row) ~= MESSAGE_VERSION then
        return false
    end
    local _, _, state, _, _, _, _, _, body = struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
    if not upwards and state == AMENDMENT then
        return false
    end
    local recipient, by = string.match(row, HEAD, body)
    return recipient == owner and by == other or recipient == other and by == owner
end

-- Whether there is room for more.
local function look(row, at)
    if looked >= most then
        unread = 1
        return false
    end
    looked = looked + #row
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

local function up(from, to)
    for low = from, to, CHUNK do
        for i, row in ipairs(redis.call('LRANGE', entries, low, math.min(to, low + CHUNK - 1))) do
            if not look(row, first + low + i - 1) then
                return
            end
        end
    end
end

local function down(from, to)
    for high = from, to, -CHUNK do
        local low = math.max(to, high - CHUNK + 1)
        local chunk = redis.call('LRANGE', entries, low, high)
        for i = #chunk, 1, -1 do
            if not look(chunk[i], first + low + i - 1) then
                return
            end
        end
    end
end

local gap = 0
if upwards then
    local start = math.max(oldest, seq + 1 - first)
    gap = seq < meta.head and (start >= length or first + start ~= seq + 1) and 1 or 0
    up(start, length - 1)
else
    down(math.min(length - 1, seq - 1 - first), oldest)
end
return {meta.epoch, meta.head, reached, cut, unread, gap, seqs, found, amendments}
