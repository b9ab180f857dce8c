-- Functions on a stream's record. Prepended to the scripts that use them, after lane.lua.
--
-- A stream's record, the hash `m:<stream>`:
--   v        its form, which is 1
--   fork     the lane's fork in which it was written last
--   epoch, head, ctr   the position of the newest entry, and its laneSeq
--   left     store time of the newest entry that ended subscriptions and barred no user, or of a newer note of a detachment
--   touched  store time of the newest entry, which never goes back; age: how long entries are kept, in ms
--   o1 … o4  the last positions of former epochs, `epoch:seq`, oldest first
--   own_entries, own_age    what was set for this stream alone (see OwnRetention); a record with one of them does not expire
--   keep_entries, keep_age  the retention that holds, by the last append or since it was set; absent where it has no bound
--   hidden   the highest seq that was beyond a retention which the stream had before; absent where there is none
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

local function number_or_nil(text)
    return text and tonumber(text) or nil
end

local function with_retention(meta, row)
    local at = 7 + MAX_FORMERS
    meta.own_entries, meta.own_age = number_or_nil(row[at + 1]), number_or_nil(row[at + 2])
    meta.keep_entries, meta.keep_age = number_or_nil(row[at + 3]), number_or_nil(row[at + 4])
    meta.hidden = number_or_nil(row[at + 5])
    return meta
end

-- Returns the stream's state in the lane's current fork; `stored` tells whether the record is of this fork.
local function meta_of(key, lane_key, lane, now)
    local row = check_form(redis.call(
        'HMGET', key, 'fork', 'epoch', 'head', 'ctr', 'touched', 'age', 'o1', 'o2', 'o3', 'o4', 'archived',
        'own_entries', 'own_age', 'keep_entries', 'keep_age', 'hidden', 'v'))
    if not row[1] then
        return with_retention(new_stream(lane_key, lane, now), row)
    end
    local meta = {
        epoch = row[2], head = tonumber(row[3]), lane_seq = tonumber(row[4]),
        touched = tonumber(row[5]), age = tonumber(row[6]), formers = {}, archived = row[7 + MAX_FORMERS] or nil,
    }
    for i = 7, 6 + MAX_FORMERS do
        meta.formers[#meta.formers + 1] = row[i] or nil
    end
    with_retention(meta, row)
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

-- Returns the bound that holds, math.huge for none: the one that was set, within the most that may be, or else the standard one.
local function bound_of(own, standard, most)
    return own and math.min(own, tonumber(most) or math.huge) or tonumber(standard) or math.huge
end

local function store_bound(key, field, was, bound)
    if bound == math.huge then
        if was then
            redis.call('HDEL', key, field)
        end
    elseif bound ~= was then
        redis.call('HSET', key, field, string.format('%.0f', bound))
    end
end

-- Returns the highest seq that the retention takes by its number of entries, or that was taken before; 0 if none.
local function hidden_seq(meta)
    return math.max(meta.hidden or 0, meta.head - (meta.keep_entries or math.huge))
end

-- Stores up to which seq no reader sees an entry, whatever is kept later.
local function hide(key, meta, seq)
    if seq > (meta.hidden or 0) then
        redis.call('HSET', key, 'hidden', string.format('%.0f', seq))
        meta.hidden = seq
    end
end

-- Stores the retention that holds, where it is another one than before. Updates `meta` too.
local function store_retention(key, meta, entries, age)
    if entries ~= (meta.keep_entries or math.huge) or age ~= (meta.keep_age or math.huge) then
        hide(key, meta, hidden_seq(meta))
    end
    store_bound(key, 'keep_entries', meta.keep_entries, entries)
    store_bound(key, 'keep_age', meta.keep_age, age)
    meta.keep_entries, meta.keep_age = entries < math.huge and entries or nil, age < math.huge and age or nil
end

-- Returns whether an entry is beyond the retention of its stream.
local function is_beyond(meta, seq, stored, now)
    return seq <= hidden_seq(meta) or stored < now - (meta.keep_age or math.huge)
end
