-- Reads a part of a stream. Writes nothing.
-- KEYS    lane, m:<stream>, e:<stream>
-- ARGV    now (0: Redis's clock), 'after', 'before' or 'latest', the seq, how many entries, how many bytes
-- Result  {} if the lane must be forked first, by fork.lua; otherwise
--         {epoch, head, laneSeq, last positions of former epochs as `epoch:seq`, seq of the first row, whether rows were
--         left out, rows}, and with 'latest' for each row the row of its message's newest amendment or ''
-- Promise The whole result is of one moment. The rows are consecutive: ascending from the first after `after`, or descending from
--         the last before `before` (or `latest`). None is older than the stream's age. At least one is returned if there is any.
local now, upwards, seq, max_entries, max_bytes = store_time(ARGV[1]), ARGV[2] == 'after', tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local lane = check_form(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'v'))
if lane[ID] ~= server() then
    return {}
end
local meta = meta_of(KEYS[2], KEYS[1], lane, now)
local length = max_entries > 0 and redis.call('LLEN', KEYS[3]) or 0
local first = meta.head - length + 1
local oldest = oldest_young(KEYS[3], length, now - meta.age)

local latest = ARGV[2] == 'latest'
local rows, amendments, bytes = {}, {}, 0

local function add(row)
    local amendment = latest and amendment_of(KEYS[3], row, first) or ''
    bytes = bytes + #row + #amendment
    if #rows == max_entries or (#rows > 0 and bytes > max_bytes) then
        return false
    end
    rows[#rows + 1] = row
    amendments[#rows] = amendment
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

local start = upwards and math.max(oldest, seq + 1 - first) or math.min(length - 1, seq - 1 - first)
local cut = upwards and up(start, length - 1) or down(start, oldest)
return {meta.epoch, meta.head, meta.lane_seq, meta.formers, #rows > 0 and first + start or 0, cut, rows, latest and amendments or nil}
