-- Reads a part of a conversation out of an inbox. The same rules are in DirectConversation and ConversationBuilder.
-- KEYS    lane, m:<inbox>, e:<inbox>, ci:<inbox>
-- ARGV    now (0: Redis's clock), a fresh epoch, 'after' or 'before', the seq, how many entries, how many bytes, the other user
-- Result  {epoch, head, 1 if a further entry of the conversation was left out, 1 if entries right behind `after` are no longer
--         kept or an entry of the other user within the part was trimmed, seqs, rows, for each row the row of its message's
--         newest amendment or ''}
-- Promise The whole result is of one moment. Entries are in the order of the read: ascending from the first after `after`, or
--         descending from the last before `before`, without amendments. At least one is returned if there is any. No entry of
--         another conversation is read. Writes nothing but a fork of the lane.
local CHUNK = 32

local lane_key, entries, now = KEYS[1], KEYS[3], store_time(ARGV[1])
local upwards, max_entries, max_bytes, other = ARGV[3] == 'after', tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
local lane = check_form(redis.call('HMGET', lane_key, 'id', 'fork', 'void', 'voided', 'v'))
refresh_lane(lane_key, lane, server(), now, ARGV[2])
local meta = meta_of(KEYS[2], lane_key, lane, now)
local seq = math.min(tonumber(ARGV[4]), meta.head + 1)
local length = redis.call('LLEN', entries)
local first = meta.head - length + 1
local oldest = first + oldest_young(entries, length, now - meta.age) -- the oldest seq that is kept

local seqs, found, amendments, bytes = {}, {}, {}, 0
local cut, gap = 0, 0

-- Takes an entry. Returns whether there is room for more.
local function look(at, kind)
    if at < oldest then
        return false
    end
    if not upwards and kind ~= conversation_index.MESSAGE then
        return true
    end
    if kind == conversation_index.GAP then
        gap = 1
        return true
    end
    local row = redis.call('LINDEX', entries, at - first)
    local amendment = upwards and '' or amendment_of(entries, row, first)
    bytes = bytes + #row + #amendment
    if #found >= max_entries or (#found > 0 and bytes > max_bytes) then
        cut = 1
        return false
    end
    seqs[#seqs + 1], found[#found + 1], amendments[#amendments + 1] = at, row, amendment
    return true
end

local function read(from)
    local chunk, kinds = conversation_index.read(KEYS[4], other, upwards, from, CHUNK)
    for i, at in ipairs(chunk) do
        if not look(at, kinds[i]) then
            return
        end
    end
    if #chunk == CHUNK then
        return read(chunk[CHUNK])
    end
end

if upwards then
    gap = seq < meta.head and seq + 1 < oldest and 1 or 0
    read(math.max(seq, oldest - 1))
else
    read(seq)
end
return {meta.epoch, meta.head, cut, gap, seqs, found, amendments}
