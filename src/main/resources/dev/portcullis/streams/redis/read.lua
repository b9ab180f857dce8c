-- Reads a part of a stream. Writes nothing.
-- KEYS    lane, m:<stream>, e:<stream>
-- ARGV    now (0: Redis's clock), 'after' or 'before', which seq, how many entries, how many bytes
-- Result  {} where the lane must be forked first, by fork.lua; else
--         {epoch, head, turn, former places as `epoch:seq`, seq of the first row, whether rows were left out, rows}
-- Promise All of one moment. The rows follow each other: upwards from the first behind `after`, downwards from the last
--         below `before`. None is older than the stream's age. There is at least one where there is any.
local CHUNK = 32

local now, upwards, seq, most, limit = store_time(ARGV[1]), ARGV[2] == 'after', tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local lane = understood(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'v'))
if lane[ID] ~= server() then
    return {}
end
local place = place_of(KEYS[2], KEYS[1], lane, now)
local length = most > 0 and redis.call('LLEN', KEYS[3]) or 0
local first = place.head - length + 1

local function is_young(index)
    local _, stored = struct.unpack('>I2c0i8', redis.call('LINDEX', KEYS[3], index), 2)
    return stored >= now - place.age
end

-- The index of the oldest entry that is not too old: their times never go back.
local function youth()
    if length == 0 or is_young(0) then
        return 0
    end
    local low, high = 1, length
    while low < high do
        local middle = math.floor((low + high) / 2)
        if is_young(middle) then
            high = middle
        else
            low = middle + 1
        end
    end
    return low
end

local rows, bytes = {}, 0
local function take(row)
    bytes = bytes + #row
    if #rows == most or (#rows > 0 and bytes > limit) then
        return false
    end
    rows[#rows + 1] = row
    return true
end

local function up(from, to)
    for low = from, to, CHUNK do
        for _, row in ipairs(redis.call('LRANGE', KEYS[3], low, math.min(to, low + CHUNK - 1))) do
            if not take(row) then
                return 1
            end
        end
    end
    return 0
end

local function down(from, to)
    for high = from, to, -CHUNK do
        local chunk = redis.call('LRANGE', KEYS[3], math.max(to, high - CHUNK + 1), high)
        for i = #chunk, 1, -1 do
            if not take(chunk[i]) then
                return 1
            end
        end
    end
    return 0
end

local start = upwards and math.max(youth(), seq + 1 - first) or math.min(length - 1, seq - 1 - first)
local cut = upwards and up(start, length - 1) or down(start, youth())
return {place.epoch, place.head, place.turn, place.olds, #rows > 0 and first + start or 0, cut, rows}
