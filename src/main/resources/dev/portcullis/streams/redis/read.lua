-- Reads a part of a stream. Writes nothing.
-- KEYS    lane, m:<stream>, e:<stream>
-- ARGV    now (0: Redis's clock), 'after', 'before', 'at', 'any' or 'unarchived', the seq, how many entries, how many bytes; for 'at'
--         and 'any' the seqs of the entries; for 'unarchived' the seq may be -1: that up to which the archive has the stream
-- Result  {} if the lane must be forked first, by fork.lua; otherwise
--         {epoch, head, laneSeq, last positions of former epochs as `epoch:seq`, seq of the first row, whether rows were
--         left out, rows, the position up to which the archive has the stream or '', for 'at' and 'any'
--         whether an inbox has gaps, the entries and the age that were set for the stream alone or 0, the
--         highest seq that is beyond the retention, or was once, or 0}; with 'at' and 'any' the oldest seq instead of that of the
--         first row, and a row of no bytes for an entry that is not kept
-- Promise The whole result is of one moment. The rows are consecutive: ascending from the first after `after`, or descending from
--         the last before `before`. None is older than the stream's age, but for 'any' and 'unarchived', and but for entries that the
--         archive does not have yet. At least one is returned if there is any.
local now, how, seq, max_entries, max_bytes = store_time(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local lane = check_form(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'v'))
if lane[ID] ~= server() then
    return {}
end
local meta = meta_of(KEYS[2], KEYS[1], lane, now)
local length = max_entries > 0 and redis.call('LLEN', KEYS[3]) or 0
local first = meta.head - length + 1
local oldest = how ~= 'any' and how ~= 'unarchived' and oldest_kept(KEYS[3], length, meta, now) or 0
local rows, bytes = {}, 0

local function add(row)
    bytes = bytes + #row
    if #rows == max_entries or bytes > math.max(#row, max_bytes) then
        return false
    end
    rows[#rows + 1] = row
    return true
end

local function next_chunk()
    return math.min(max_entries - #rows + 1, fetch_size(#rows, bytes, max_bytes - bytes))
end

local function up(from, to)
    while from <= to do
        local last = math.min(to, from + next_chunk() - 1)
        for _, row in ipairs(redis.call('LRANGE', KEYS[3], from, last)) do
            if not add(row) then
                return 1
            end
        end
        from = last + 1
    end
    return 0
end

local function down(from, to)
    while from >= to do
        local last = math.max(to, from - next_chunk() + 1)
        local chunk = redis.call('LRANGE', KEYS[3], last, from)
        for i = #chunk, 1, -1 do
            if not add(chunk[i]) then
                return 1
            end
        end
        from = last - 1
    end
    return 0
end

local function at()
    for i = 6, #ARGV do
        local index = ARGV[i] - first
        if not add(index >= oldest and index < length and redis.call('LINDEX', KEYS[3], index) or '') then
            return 1
        end
    end
    return 0
end

local start, cut = oldest, nil
if how == 'unarchived' and seq < 0 then
    seq = archived_seq(meta) or 0
end
if how == 'after' or how == 'unarchived' then
    start = math.max(oldest, seq + 1 - first)
    cut = up(start, length - 1)
elseif how == 'before' then
    start = math.min(length - 1, seq - 1 - first)
    cut = down(start, oldest)
else
    cut = at()
end
return {meta.epoch, meta.head, meta.lane_seq, meta.formers, first + start, cut, rows, meta.archived or '',
    (how == 'at' or how == 'any') and tonumber(redis.call('HGET', KEYS[2], 'gaps') or 0) > 0 and 1 or 0,
    meta.own_entries or 0, string.format('%.0f', meta.own_age or 0),
    hidden_up_to(KEYS[3], length, meta, now)}
