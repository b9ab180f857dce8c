-- Where a stream stands. Only functions: it stands in front of the scripts that use them, behind lane.lua.
--
-- A stream's record, the hash `m:<stream>`:
--   v        its form, which is 1
--   fork     the lane's fork in which it was written last
--   epoch, head, ctr   of the newest entry; ctr is its turn in the lane
--   touched  store time of the newest entry, which never goes back; age: how long entries stay, in ms
--   o1 … o4  the last places of former epochs, `epoch:seq`, oldest first

local OLDS = 4
local VOUCHED_MS = 30 * 86400000 -- below the life of a record, so that no former life of the stream lies in it

local function newest(olds)
    local kept = {}
    for i = math.max(1, #olds - OLDS + 1), #olds do
        kept[#kept + 1] = olds[i]
    end
    return kept
end

-- A stream without a record was empty while others began in these epochs.
local function unborn(lane_key, lane, now)
    local olds = {}
    local voids = redis.call('HGET', lane_key, 'voids') or ''
    for name, since in string.gmatch(voids, '(%S+):(%d+)') do
        if now - since < VOUCHED_MS then
            olds[#olds + 1] = name .. ':0'
        end
    end
    return {epoch = lane[VOID], head = 0, turn = 0, touched = 0, age = 0, olds = newest(olds)}
end

-- Nobody wrote the stream since an earlier fork: at the end of each fork in between it stood where it stands.
local function carried(lane_key, lane, place, fork)
    local olds = place.olds
    olds[#olds + 1] = place.epoch .. ':' .. place.head
    local later = {}
    for name in string.gmatch(redis.call('HGET', lane_key, 'forks') or '', '%S+') do
        if name == fork then
            later = {}
        else
            later[#later + 1] = name .. ':' .. place.head
        end
    end
    for i = 1, #later do
        olds[#olds + 1] = later[i]
    end
    place.epoch, place.olds = lane[FORK], newest(olds)
    return place
end

-- The stream in the lane's present fork; `stored` tells whether its record says so already.
local function place_of(key, lane_key, lane, now)
    local row = understood(redis.call(
        'HMGET', key, 'fork', 'epoch', 'head', 'ctr', 'touched', 'age', 'o1', 'o2', 'o3', 'o4', 'v'))
    if not row[1] then
        return unborn(lane_key, lane, now)
    end
    local place = {
        epoch = row[2], head = tonumber(row[3]), turn = tonumber(row[4]),
        touched = tonumber(row[5]), age = tonumber(row[6]), olds = {},
    }
    for i = 7, 6 + OLDS do
        place.olds[#place.olds + 1] = row[i] or nil
    end
    if row[1] ~= lane[FORK] then
        return carried(lane_key, lane, place, row[1])
    end
    place.stored = true
    return place
end
