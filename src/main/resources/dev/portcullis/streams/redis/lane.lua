-- Functions on a lane. Prepended to the scripts that use them.
--
-- A lane's record, the hash `lane`:
--   v        its form, which is 1
--   id       the server that wrote here last: the first half of its replication id
--   fork     the name of the lane's current fork, since `forked`; forks: the eight before it, oldest first
--   void     the epoch of streams without a record, since `voided`; voids: `name:since` of the four before it
--   ctr      the lane's append counter, laneSeq; floor: the laneSeq up to which `moved` may have dropped names
--   cur      the table of the two that takes new idempotency keys, since `since`
--   grace    the time until which no lease is judged

local FORM = 1
local ID, FORK, VOID, VOIDED = 1, 2, 3, 4 -- indexes of the fields id, fork, void, voided in calls that read them first
local FORKS, VOIDS = 8, 4
local AWAY_MS = 3000 -- without any renewal for this long, the store was away
local VOID_MS = 6 * 86400000

-- Returns the fields of a record, the last of them `v`. Fails for the form of a newer release, which this release must
-- neither read nor change.
local function check_form(record)
    if tonumber(record[#record] or FORM) > FORM then
        error('a record has a form that this release does not know')
    end
    return record
end

-- Returns the time in milliseconds by Redis's own clock, unless a test sets another.
local function store_time(set)
    if set ~= '0' then
        return tonumber(set)
    end
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Returns the server's id. It changes when a replica is promoted and when a server starts, so whenever writes may have been lost.
-- It must be read each time: an open connection survives the promotion of its server.
local function server()
    return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x)')
end

-- Appends a word to a list of words and keeps the newest `max`.
local function push(list, word, max)
    local all = {}
    for each in string.gmatch((list or '') .. ' ' .. word, '%S+') do
        all[#all + 1] = each
    end
    return table.concat(all, ' ', math.max(1, #all - max + 1))
end

-- Forks the lane if another server wrote it last, or if it has no record: one write, however many streams there are. The
-- epoch of streams without a record changes with each fork and every six days. A stream that is forgotten, after 31 days,
-- must not get the same epoch again. `fresh` is a new random name. Updates `lane` too.
local function refresh_lane(key, lane, id, now, fresh)
    local forks = lane[ID] ~= id
    if not forks and now - lane[VOIDED] < VOID_MS then
        return
    end
    local former = redis.call('HMGET', key, 'forks', 'voids')
    local void = string.reverse(fresh)
    redis.call('HSET', key, 'v', FORM, 'void', void, 'voided', now)
    if lane[VOID] then
        redis.call('HSET', key, 'voids', push(former[2], lane[VOID] .. ':' .. lane[VOIDED], VOIDS))
    end
    lane[VOID], lane[VOIDED] = void, now
    if forks then
        redis.call('HSET', key, 'id', id, 'fork', fresh, 'forked', now)
        lane.forked = now
        if lane[FORK] then
            redis.call('HSET', key, 'forks', push(former[1], lane[FORK], FORKS))
        end
        lane[ID], lane[FORK] = id, fresh
    end
end
