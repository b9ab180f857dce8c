-- Appends one entry to a stream. The entry may amend an earlier message of it, as AmendRequest decided.
-- KEYS    lane, moved, ka, kb, m:<stream>, e:<stream>, b:<stream>, bc:<stream> (bars and their number, see StreamBars); for an
--         inbox also w:<stream>, bl:<stream> (rows of blocked senders, see BlockList), ci:<stream> (see
--         Conversations), and for inbox_place.lua ss:<stream>, sk:<stream> and cp:<stream>; where an archive follows the stream
--         also un:<streams>, ub:<bytes> (see UnarchivedStreams); for an entry that deletes a message also rf:files (see
--         RemovedFiles); then the keys of the permit's rows (see permit.lua)
-- ARGV     1 now (0: Redis's clock)   2 a fresh epoch   3 the stream's name   4 notAfter   5 entries kept   6 age kept in ms
--          7 the entry's row from its timestamp on   8 its author or ''   9 the user it bars or ''
--         10 its idempotency key or ''   11 the key's row up to the position
--         12 how many users the stream may bar (0: the entry only ends subscriptions)   13 the version of the entry's row
--         14 the sender in whose backlog the entry counts or ''   15 how many entries that backlog may have
--         16 '1' if the entry deletes a message
--         17 the seq of an entry that stands for this one, 'refused' if the append is refused, or ''
--         18 the seq of the message that the entry amends or ''   19 the message's row up to its body, as it was read
--         20 what its row then begins with, in front of the entry's seq
--         21 the key of one more row that is kept as long as the idempotency key or ''   22 that row, or '' for the key's own
--         23 '1' if a user leaves who was no member when it was permitted; 21 is then the key of their last leave
--         24 '1' if an archive follows the stream   25 the archive's position of the stream, ':0' if it has nothing of it, or '' if it
--         was not asked   26 the seq of the newest amendment of the message that the entry amends, if the archive has the message, which
--         may be gone here, or ''
--         27, 28 the entries and the age of the retention of a stream that has none of its own, '' where it has no bound
--         29, 30 the most that one of its own may be
--         The last are the permit with the writes that report the entry, none where no hook is configured (permit.lua).
-- Result  {'known', row of the key, server} | {'expired'} | {'barred'} | {'full'} | {'backlog_full'} | {'unreported'} |
--         {'absent'} (the user who leaves was no member) | {'changed'} (rows of the permit or the message have changed) |
--         {'refused'} (as the caller said) | {'forgotten'} (there is no record of the stream: the archive must be asked first) |
--         {'stored', epoch, seq, laneSeq, the number of entries of an inbox that were removed before they were delivered,
--         server}; server is the id of lane.lua, for which replicas confirm what the answer rests on
-- Promise One atomic step, in this order: a known key gives its first outcome again. Nothing is appended after notAfter, for a
--         barred author, with a bar beyond the limit, under a permit that no longer holds, or for a message that is not as it was
--         read. Nothing is appended beyond the backlog of one sender. If nothing refuses, the entry gets the next seq, its key,
--         its bar and the permit's rows are stored, and the row of an amended message names its newest amendment. A user who
--         leaves, and has left before, gets the outcome of that leave.
--         `seq` has no gap within an epoch, and no (epoch, seq) is used twice. A refused append writes nothing except a fork
--         of the lane, which is complete in itself, and the shares of an inbox, which only describe the entries. The key of a
--         blocked sender's append is stored, at seq 0, and it counts in their backlog, but there is no entry: a sender who
--         repeats it can't tell. A full outbox of the hooks may refuse the append (`unreported`).
local ROTATION_MS = 600000 -- a key is kept for one to two rotations
local RECORD_MS = 31 * 86400000 -- a record outlives its entries: see StreamMeta.OUTLIVES_ENTRIES_MS
local RENEWAL_MS = 3600000 -- it is a day longer than it must be, so it is not renewed by each append but once an hour
local OLD_AT_ONCE = 8 -- entries beyond the age of the retention that one append removes
local NAMES, NAMES_TRIMMED = 4096, 64
-- An attachment that names a file of the server: see FileLinks, which also says why no text looks like one.
local FILE = '{"type":"%l+","url":"https://[^"/?#\\]+/api/files/([0-9a-f]+)["?#]'
local FILE_ID = 32 -- characters
local PAIR = 16 -- bytes of an entry in a backlog: its seq, negative for a deletion, and its store time, negative if trimmed

local lane_key, moved, tables, meta_key, entries = KEYS[1], KEYS[2], {a = KEYS[3], b = KEYS[4]}, KEYS[5], KEYS[6]
local stream, max_entries, age, author, bars, key = ARGV[3], tonumber(ARGV[5]), ARGV[6], ARGV[8], ARGV[9], ARGV[10]
local owner, sender, deletes, beside = string.match(stream, '^inbox:(.+)'), ARGV[14], ARGV[16] == '1', ARGV[21]
local backlogs, blocks, conversations = KEYS[9], KEYS[10], KEYS[11] -- for an inbox only
local follows = ARGV[24] == '1'
local unarchived, unarchived_bytes = KEYS[owner and 15 or 9], KEYS[owner and 16 or 10]
local removed_files = KEYS[(owner and 15 or 9) + (follows and 2 or 0)] -- for a deletion only
local now = store_time(ARGV[1])
local lane = check_form(redis.call('HMGET', lane_key, 'id', 'fork', 'void', 'voided', 'cur', 'since', 'v'))
refresh_lane(lane_key, lane, server(), now, ARGV[2])

local cur = lane[5] or 'a'
local other = cur == 'a' and 'b' or 'a'
local since_rotation = math.max(0, now - (lane[6] or now)) -- a clock that was set back starts a rotation again

-- Returns the row of a key, while it is kept.
local function row_of(of)
    return since_rotation < 2 * ROTATION_MS and redis.call('HGET', tables[cur], of)
        or since_rotation < ROTATION_MS and redis.call('HGET', tables[other], of)
end

local function store_row(of, row)
    local rotates = since_rotation >= ROTATION_MS
    if rotates then
        redis.call('UNLINK', tables[other])
        if since_rotation >= 2 * ROTATION_MS then -- both tables are old after so long without appends
            redis.call('UNLINK', tables[cur])
        end
        cur = other
    end
    redis.call('HSET', tables[cur], of, row)
    if rotates or since_rotation == 0 then
        redis.call('HSET', lane_key, 'cur', cur, 'since', now)
        redis.call('PEXPIRE', tables[cur], 2 * ROTATION_MS)
    end
end

local known_row = key ~= '' and row_of(key)
if known_row then
    return {'known', known_row, lane[ID]}
end
if now > tonumber(ARGV[4]) then
    return {'expired'}
end
if ARGV[23] == '1' then
    if not permit.holds() then
        return {'changed'}
    end
    local left = row_of(beside)
    if not left then
        return {'absent'}
    end
    store_row(key, left) -- another attempt may be made when the user has come back
    return {'known', left, lane[ID]}
end
if author ~= '' and value_of_row(KEYS[7], author) then
    return {'barred'}
end
local is_new_bar = bars ~= '' and not value_of_row(KEYS[7], bars)
if is_new_bar and tonumber(redis.call('GET', KEYS[8]) or 0) >= tonumber(ARGV[12]) then
    return {'full'}
end
if not permit.has_room() then
    return {'unreported'}
end
if not permit.holds() then
    return {'changed'}
end

local meta = meta_of(meta_key, lane_key, lane, now)
if follows and meta.unknown then
    if ARGV[25] == '' then
        return {'forgotten'}
    end
    meta.archived = ARGV[25]
    meta.head = archived_seq(meta)
end
local keep_entries, keep_age = bound_of(meta.own_entries, ARGV[27], ARGV[29]), bound_of(meta.own_age, ARGV[28], ARGV[30])
max_entries = math.min(max_entries, keep_entries)
if keep_age < tonumber(age) then
    age = string.format('%.0f', keep_age)
end
local seq = meta.head + 1
local archived = follows and (archived_seq(meta) or 0) or math.huge

if ARGV[17] == 'refused' then
    return {'refused'}
end
local known_at = tonumber(ARGV[17])
local amended, index -- the row of the message that the entry amends, and its index from the end
local amends_before -- the seq of the amendment that this row named
if ARGV[18] ~= '' then -- also for a blocked sender, whose answer would otherwise come sooner (CWE-208)
    index = tonumber(ARGV[18]) - meta.head - 1
    amended = redis.call('LINDEX', entries, index)
    if amended and string.sub(amended, 1, #ARGV[19]) ~= ARGV[19] or not amended and ARGV[26] == '' then
        return {'changed'}
    end
    if amended then
        amends_before = struct.unpack('>i8', amended, #ARGV[20] + 1)
        amended = ARGV[20] .. struct.pack('>i8', seq) .. string.sub(amended, #ARGV[20] + 9)
    else
        amends_before = tonumber(ARGV[26])
    end
end

-- Replaces what was written by that it was deleted: in the row of the message, which is returned, and in its edits that are kept,
-- from the newest on. The files that the message names get their rows; edits name none.
local function take_text(message, newest)
    local _, _, _, _, _, _, from = struct.unpack('>Bi8i8I2c0I2c0I2c0', ARGV[7])
    local deletion = string.sub(ARGV[7], from)
    local function without_text(row)
        local _, _, state, before, _, _, _, _, body = struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
        return state ~= TRIMMED and string.sub(row, 1, body - 1) .. deletion or row, before
    end
    local edit = newest
    while edit > 0 do
        local at = edit - meta.head - 1
        local row = redis.call('LINDEX', entries, at)
        if not row then
            break
        end
        local emptied
        emptied, edit = without_text(row)
        redis.call('LSET', entries, at, emptied)
    end
    if not message then
        return nil
    end
    local _, _, _, _, _, _, by, _, body = struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', message, 2)
    if string.find(message, '/api/files/', body, true) then
        for file in string.gmatch(string.sub(message, body), FILE) do
            if #file == FILE_ID then
                redis.call('ZADD', removed_files, 0, file .. ' ' .. by .. ' ' .. stream .. '\0')
            end
        end
    end
    return (without_text(message))
end

local touched = math.max(now, meta.touched)

local function store_key(at)
    local key_row = ARGV[11] .. struct.pack('>I2c0i8', #meta.epoch, meta.epoch, at)
    store_row(key, key_row)
    return key_row
end

local forget
local inbox, place
local writer = owner -- the author of the entry of an inbox
if owner then
    local state = redis.call('HMGET', meta_key, 'acked', 'gaps', 'shared')
    local length = redis.call('LLEN', entries)
    local stored_gaps = tonumber(state[2] or 0)
    inbox = {
        entries = entries, record = meta_key, backlogs = backlogs, strangers = KEYS[12], known = KEYS[13],
        correspondents = KEYS[14], conversations = conversations, owner = owner, head = meta.head,
        first = meta.head - length + 1, length = length,
        stored_gaps = stored_gaps, gaps = length > 0 and stored_gaps or 0, shared = state[3],
        most = max_entries, delivered = math.min(tonumber(state[1] or 0), meta.head), horizon = now - age, age = age,
        refusable = sender ~= '', archived = archived,
    }
    if string.byte(ARGV[13]) == MESSAGE_VERSION then
        local _, _, _, _, by = struct.unpack('>Bi8i8I2c0I2c0', ARGV[7])
        writer = by
    end

    -- Drops the oldest entries of a backlog that no longer wait: they are acknowledged, no longer kept or too old.
    local function waiting(waits, gone)
        local at = 1
        while at <= #waits do
            local of, stored = struct.unpack('>i8i8', waits, at)
            if math.abs(of) > gone and math.abs(stored) >= now - age then
                break
            end
            at = at + PAIR
        end
        return string.sub(waits, at)
    end

    -- Counts the deletions in a backlog, or all other entries.
    local function count(waits, deletions)
        local all = 0
        for at = 1, #waits, PAIR do
            all = all + ((struct.unpack('>i8', waits, at) < 0) == deletions and 1 or 0)
        end
        return all
    end

    -- Counts the entries in a backlog that were not trimmed.
    local function untrimmed(waits)
        local all = 0
        for at = 1, #waits, PAIR do
            local _, stored = struct.unpack('>i8i8', waits, at)
            all = all + (stored >= 0 and 1 or 0)
        end
        return all
    end

    local function store_backlog(of, waits)
        if waits == '' then
            redis.call('HDEL', backlogs, of)
        else
            redis.call('HSET', backlogs, of, waits)
        end
    end

    -- Shortens the backlog of a trimmed entry's author. So each backlog has an entry that is kept, which bounds their number.
    -- The entry's conversation loses it too.
    forget = function(trimmed, at)
        local other = other_in(trimmed, owner)
        local author
        if string.byte(trimmed) == MESSAGE_VERSION then
            local _, state, by = parts(trimmed, owner)
            author = by
            other = state == TRIMMED and by or other -- the gap of a trimmed entry names only its sender
        end
        if other then
            redis.call('ZREM', conversations, conversation_row(other, at, trimmed))
        end
        local waits = author and redis.call('HGET', backlogs, author)
        if waits then
            store_backlog(author, waiting(waits, math.max(at, inbox.delivered)))
        end
    end

    local waits = ''
    if sender ~= '' then
        waits = waiting(redis.call('HGET', backlogs, sender) or '', math.max(inbox.delivered, inbox.first - 1))
        if count(waits, deletes) >= tonumber(ARGV[15]) or not deletes and untrimmed(waits) * PAIR < #waits then
            return {'backlog_full'}
        end
    end
    place = plan_place(inbox, writer, untrimmed(waits), deletes and count(waits, true) or nil)
    if not place then
        return {'backlog_full'}
    end
    if sender ~= '' then
        store_backlog(sender, waits .. struct.pack('>i8i8', deletes and -seq or seq, touched))
        redis.call('PEXPIRE', backlogs, age)
        if value_of_row(blocks, sender) then
            return {'known', store_key(0), lane[ID]}
        end
    end
end

if known_at then
    return {'known', store_key(known_at), lane[ID]}
end

local lane_seq = redis.call('HINCRBY', lane_key, 'ctr', 1)

if index then
    if deletes then
        amended = take_text(amended, amends_before)
    end
    if amended then
        redis.call('LSET', entries, index, amended)
    end
end
local row = ARGV[13] .. struct.pack('>I2c0i8', #meta.epoch, meta.epoch, touched) .. ARGV[7]
if place then
    make_place(inbox, place, writer, forget)
end
local most = follows and math.max(max_entries, seq - archived) or max_entries
if redis.call('RPUSH', entries, row) > most and not place then
    redis.call('LTRIM', entries, -most, -1)
end
if keep_age < math.huge and not place then
    local length = redis.call('LLEN', entries)
    for _ = 1, math.min(OLD_AT_ONCE, length - 1, archived - seq + length) do
        local _, stored = struct.unpack('>I2c0i8', redis.call('LINDEX', entries, 0), 2)
        if stored >= touched - keep_age then
            break
        end
        redis.call('LPOP', entries)
    end
end
local waits_for_archive = meta.archived and meta.head > archived and not meta.unknown
if not follows then
    redis.call('PEXPIRE', entries, age)
    if meta.archived then
        redis.call('HDEL', meta_key, 'archived')
    end
else
    redis.call('INCRBY', unarchived_bytes, #row)
    if not waits_for_archive then -- nothing of the stream expires before the archive has it: see confirm_archived.lua
        redis.call('ZADD', unarchived, 0, stream .. '\0')
        redis.call('PERSIST', entries)
        redis.call('PERSIST', meta_key)
        redis.call('HSET', meta_key, 'archived', meta.archived or ':0')
    end
end
local with = owner and other_in(row, owner)
if with then
    redis.call('ZADD', conversations, 0, conversation_row(with, seq, row))
    if not follows then
        redis.call('PEXPIRE', conversations, age)
    elseif not waits_for_archive then
        redis.call('PERSIST', conversations)
    end
    local _, state, by = parts(row, owner)
    if state == MESSAGE and by == owner then
        wrote_to(inbox, with, place.shared)
    end
end

redis.call('HSET', meta_key, 'head', seq, 'ctr', lane_seq, 'touched', touched, 'age', age)
store_retention(meta_key, meta, keep_entries, keep_age)
if not meta.stored then
    redis.call('HSET', meta_key, 'v', FORM, 'fork', lane[FORK], 'epoch', meta.epoch)
    for i = 1, #meta.formers do
        redis.call('HSET', meta_key, 'o' .. i, meta.formers[i])
    end
end
if not follows and not meta.own_entries and not meta.own_age
    and (not meta.stored or meta.age ~= tonumber(age) or math.floor(meta.touched / RENEWAL_MS) ~= math.floor(touched / RENEWAL_MS)) then
    redis.call('PEXPIRE', meta_key, RECORD_MS + age)
end

redis.call('ZADD', moved, lane_seq, stream)
if lane_seq % NAMES_TRIMMED == 0 then
    local over = redis.call('ZCARD', moved) - NAMES
    if over > 0 then
        redis.call('HSET', lane_key, 'floor', redis.call('ZRANGE', moved, over - 1, over - 1, 'WITHSCORES')[2])
        redis.call('ZREMRANGEBYRANK', moved, 0, over - 1)
    end
end

if key ~= '' then
    local key_row = store_key(seq)
    if beside ~= '' then
        redis.call('HSET', tables[cur], beside, ARGV[22] ~= '' and ARGV[22] or key_row)
    end
end
if is_new_bar then
    redis.call('ZADD', KEYS[7], 0, bars .. '\0')
    redis.call('INCR', KEYS[8])
end
if tonumber(ARGV[12]) == 0 then
    redis.call('HSET', meta_key, 'left', touched)
end
permit.write(stamp_of(touched, meta.epoch, seq))
return {'stored', meta.epoch, seq, lane_seq, place and place.loser and 1 or 0, lane[ID]}
