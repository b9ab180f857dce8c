-- Functions on a user's sessions. Prepended to the scripts that use them.
--
-- The sessions of a user are a hash of id and row:
--   1 <order> <expiresAt> <incarnation> <details>   a session, live while its owner's lease is held
--   0 <until>                                       an ended session, which must not be registered again
-- A row of another version was written by a newer release: it counts, and is never evicted.
-- The lane's leases are a sorted set of incarnations by time of renewal. `grace`, in the lane's record, is GRACE_MS
-- after the store came back from an outage. A node's tick writes both.
local AWAY_MS, GRACE_MS = 3000, 10000

-- Returns the milliseconds of Redis's own clock, unless a test sets another.
local function store_time(set)
    if set ~= '0' then return tonumber(set) end
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function text(number)
    return string.format('%.0f', number)
end

-- Returns a function that tells whether an incarnation's lease is held. While no node has renewed a lease since an
-- outage of the store, all are held. The time of the outage does not count as time without renewal.
local function leases(renewals, lane, now, timeout)
    local last = tonumber(redis.call('ZRANGE', renewals, -1, -1, 'WITHSCORES')[2]) or 0
    local renewing = now - last <= AWAY_MS
    local back = (tonumber(redis.call('HGET', lane, 'grace')) or 0) - GRACE_MS
    local renewed = {}
    return function(incarnation)
        if not renewing then return true end
        renewed[incarnation] = renewed[incarnation] or tonumber(redis.call('ZSCORE', renewals, incarnation)) or 0
        return now - math.max(renewed[incarnation], back) <= timeout
    end
end

-- Returns the live sessions, oldest first; the ids of rows that can be deleted; the incarnations whose lease has
-- expired; the ids of ended sessions; and the time at which the last token expires.
local function sessions(key, now, is_held)
    local live, obsolete, expired, ended, last = {}, {}, {}, {}, 0
    local flat = redis.call('HGETALL', key)
    for i = 1, #flat, 2 do
        local id, row = flat[i], flat[i + 1]
        local order, expires, incarnation = row:match('^1 (%d+) (%d+) (%S+) ')
        local till = tonumber(expires or row:match('^0 (%d+)$'))
        if till and till <= now then
            obsolete[#obsolete + 1] = id
        elseif order and not is_held(incarnation) then
            obsolete[#obsolete + 1], expired[#expired + 1] = id, incarnation
        elseif till and not order then
            ended[id] = true
        else
            live[#live + 1] = {order = tonumber(order) or math.huge, id = id, row = row}
            last = math.max(last, till or 0)
        end
    end
    table.sort(live, function(a, b) return a.order < b.order or a.order == b.order and a.id < b.id end)
    return live, obsolete, expired, ended, last
end

-- Extends the lifetime of a key to at least this long.
local function keep_for(key, ms)
    redis.call('PEXPIRE', key, text(math.max(ms, redis.call('PTTL', key))))
end

-- Remembers the session's user, so that the session is found by its id.
local function index(key, user, ms)
    redis.call('SET', key, user, 'PX', text(math.max(1, ms)))
end
