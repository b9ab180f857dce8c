-- What scripts do with a user's sessions. Only functions: it stands in front of the scripts that use them.
--
-- The sessions of a user are a hash of id and row:
--   1 <order> <expiresAt> <incarnation> <details>   for one that is live if its holder's lease holds
--   0 <until>                                       for one that was ended, and must not be registered again
-- A row of another form was written by a newer release: it counts, and never gives way.
-- The lane's leases are a sorted set of incarnations by time of renewal; `grace`, in the lane's record, ends GRACE_MS after
-- the store was back from having been away. A node's tick writes both.
local AWAY_MS, GRACE_MS = 3000, 10000

-- In milliseconds: Redis's own clock, unless a test sets another.
local function store_time(set)
    if set ~= '0' then return tonumber(set) end
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function text(number)
    return string.format('%.0f', number)
end

-- A function that tells whether an incarnation's lease holds. While no node renewed any, since the store was away, all
-- do; and the time that it was away counts against nobody.
local function leases(renewals, lane, now, lapse)
    local last = tonumber(redis.call('ZRANGE', renewals, -1, -1, 'WITHSCORES')[2]) or 0
    local judging = now - last <= AWAY_MS
    local back = (tonumber(redis.call('HGET', lane, 'grace')) or 0) - GRACE_MS
    local renewed = {}
    return function(incarnation)
        if not judging then return true end
        renewed[incarnation] = renewed[incarnation] or tonumber(redis.call('ZSCORE', renewals, incarnation)) or 0
        return now - math.max(renewed[incarnation], back) <= lapse
    end
end

-- Live sessions, oldest first; the ids of rows that mean nothing any more; incarnations whose lease has lapsed; the ids
-- of those that were ended; and when the last token ends.
local function sessions(key, now, holds)
    local live, gone, lapsed, ended, last = {}, {}, {}, {}, 0
    local flat = redis.call('HGETALL', key)
    for i = 1, #flat, 2 do
        local id, row = flat[i], flat[i + 1]
        local order, expires, incarnation = row:match('^1 (%d+) (%d+) (%S+) ')
        local till = tonumber(expires or row:match('^0 (%d+)$'))
        if till and till <= now then
            gone[#gone + 1] = id
        elseif order and not holds(incarnation) then
            gone[#gone + 1], lapsed[#lapsed + 1] = id, incarnation
        elseif till and not order then
            ended[id] = true
        else
            live[#live + 1] = {order = tonumber(order) or math.huge, id = id, row = row}
            last = math.max(last, till or 0)
        end
    end
    table.sort(live, function(a, b) return a.order < b.order or a.order == b.order and a.id < b.id end)
    return live, gone, lapsed, ended, last
end

-- Lets a key live for at least this long.
local function keep_for(key, ms)
    redis.call('PEXPIRE', key, text(math.max(ms, redis.call('PTTL', key))))
end
