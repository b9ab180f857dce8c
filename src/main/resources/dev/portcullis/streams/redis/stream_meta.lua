-- Functions on a stream's record. Prepended to the scripts that use them, after lane.lua.
--
-- A stream's record, the hash `m:<stream>`:
--   v        its form, which is 1
--   fork     the lane's fork in which it was written last
--   epoch, head, ctr   the position of the newest entry, and its laneSeq
--   left     store time of the newest entry that ended subscriptions and barred no user, or of a newer note of a detachment
--   touched  store time of the newest entry, which never goes back; age: how long entries are kept, in ms
--   o1 … o4  the last positions of former epochs, `epoch:seq`, oldest first
--   archived the position, `epoch:seq`, up to which the archive has the stream; only where an archive follows it

local MAX_FORMERS = 4
local VOUCHED_MS = 30 * 86400000 -- shorter than a record is kept, so that it includes no earlier record of the stream

local function newest(formers)
    local kept = {}
    for i = math.max(1, #formers - MAX_FORMERS + 1), #formers do
        kept[#kept + 1] = formers[i]
    end
    return kept
end

-- Returns the state of a stream without a record. It was empty during the former epochs of new streams.
local function new_stream(lane_key, lane, now)
    local formers = {}
    local voids = redis.call('HGET', lane_key, 'voids') or ''
    for name, since in string.gmatch(voids, '(%S+):(%d+)') do
        if now - since < VOUCHED_MS then
            formers[#formers + 1] = name .. ':0'
        end
    end
    return {unknown = true, epoch = lane[VOID], head = 0, lane_seq = 0, touched = 0, age = 0, formers = newest(formers)}
end

-- Returns the state of a stream that was last written in an earlier fork: its head was the same at the end of each fork since.
local function in_current_fork(lane_key, lane, meta, fork)
    local formers = meta.formers
    formers[#formers + 1] = meta.epoch .. ':' .. meta.head
    local later = {}
    for name in string.gmatch(redis.call('HGET', lane_key, 'forks') or '', '%S+') do
        if name == fork then
            later = {}
        else
            later[#later + 1] = name .. ':' .. meta.head
        end
    end
    for i = 1, #later do
        formers[#formers + 1] = later[i]
    end
    meta.epoch, meta.formers = lane[FORK], newest(formers)
    return meta
end

-- Returns the stream's state in the lane's current fork; `stored` tells whether the record is of this fork.
local function meta_of(key, lane_key, lane, now)
    local row = check_form(redis.call(
        'HMGET', key, 'fork', 'epoch', 'head', 'ctr', 'touched', 'age', 'o1', 'o2', 'o3', 'o4', 'archived', 'v'))
    if not row[1] then
        return new_stream(lane_key, lane, now)
    end
    local meta = {
        epoch = row[2], head = tonumber(row[3]), lane_seq = tonumber(row[4]),
        touched = tonumber(row[5]), age = tonumber(row[6]), formers = {}, archived = row[7 + MAX_FORMERS] or nil,
    }
    for i = 7, 6 + MAX_FORMERS do
        meta.formers[#meta.formers + 1] = row[i] or nil
    end
    if row[1] ~= lane[FORK] then
        return in_current_fork(lane_key, lane, meta, row[1])
    end
    meta.stored = true
    return meta
end

-- Returns the seq up to which the archive has the stream; nil where no archive follows it.
local function archived_seq(meta)
    return meta.archived and tonumber(string.match(meta.archived, ':(%d+)$'))
end
