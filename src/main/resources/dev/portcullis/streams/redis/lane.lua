-- What scripts do with a lane. Only functions: it stands in front of the scripts that use them.
--
-- A lane's record, the hash `lane`:
--   v        its form, which is 1
--   id       the server that wrote here last: the first half of its replication id
--   fork     the name of the lane's present fork, since `forked`; forks: the eight before it, oldest first
--   void     the epoch of streams without a record, since `voided`; voids: `name:since` of the four before it
--   ctr      how many appends there were; floor: the turn up to which `moved` may have dropped names
--   cur      which of the two tables takes new idempotency keys, since `since`
--   grace    until when no lease is judged

local FORM = 1
local ID, FORK, VOID, VOIDED = 1, 2, 3, 4 -- of a lane of which id fork void voided … were read
local FORKS, VOIDS = 8, 4
local AWAY_MS = 3000 -- the store was away where no node at all renewed a lease for so long
local VOID_MS = 6 * 86400000

-- Fields of a record, the last of them `v`. What a newer release wrote in a form of its own is not for us to read, let alone
-- to change.
local function understood(record)
    if tonumber(record[#record] or FORM) > FORM then
        error('a record has a form that this release does not know')
    end
    return record
end

-- In milliseconds: Redis's own clock, unless a test sets another.
local function store_time(set)
    if set ~= '0' then
        return tonumber(set)
    end
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Changes when a replica is promoted and when a server starts, so whenever writes may have been lost. It must be read
-- each time: an open connection survives the promotion of its server.
local function server()
    return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x)')
end

-- A list of words with one more, and of its newest words no more than `most`.
local function push(list, word, most)
    local all = {}
    for each in string.gmatch((list or '') .. ' ' .. word, '%S+') do
        all[#all + 1] = each
    end
    return table.concat(all, ' ', math.max(1, #all - most + 1))
end

-- Forks the lane where another server wrote last, or where it has no record. That is one write, however many streams
-- there are. The epoch of streams without a record changes with each fork, and every six days: no stream may get it
-- again in a second life, and a stream's record lives 31 days. `fresh` is a new random name. Changes `lane` accordingly.
local function settle(key, lane, id, now, fresh)
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
