-- Renews a node's leases in some lanes, and tells what moved there.
-- KEYS    for each lane: lane, nodes, moved
-- ARGV    now (0: Redis's clock), a fresh epoch, the node's incarnation, how long ago its last tick of these lanes began
--         (0: its first), how many names may be told, how long a lease lasts; then for each lane the fork and the turn
--         that the node knows of it ('' and 0 at first)
-- Result  for each lane {lease, fork, turn, complete, names and turns in turn}; lease: HELD, TAKEN, ENDED or
--         UNRENEWED, where Redis takes no writes now
-- Promise A lease that was not renewed in time is judged by the first who looks, and then it is over for its owner too.
--         While nobody ticked, since the store was away, nobody's lease lapses: for a while after that (`grace`)
--         nothing is judged. What moved is told also while Redis takes no writes. `nodes` is a hash of incarnation and
--         time of renewal.
local GRACE_MS = 10000
local HELD, TAKEN, ENDED, UNRENEWED = 'HELD', 'TAKEN', 'ENDED', 'UNRENEWED'
local PASSING = {'OOM ', 'NOREPLICAS ', 'MISCONF '} -- why Redis takes no writes, though it reads

local now, fresh, me, silent = store_time(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local most, lapse = tonumber(ARGV[5]), tonumber(ARGV[6])
local id = server()

local refused = false

-- A write without which the rest of the tick is worth as much.
local function write(...)
    local done = redis.pcall(...)
    if type(done) ~= 'table' or not done.err then
        return
    end
    for _, reason in ipairs(PASSING) do
        if string.find(done.err, reason, 1, true) then
            refused = true
            return
        end
    end
    redis.call(...) -- fails as it did
end

-- All leases, and when anybody renewed one. One from a time to come, since the clock was set back, begins now.
local function leases(nodes)
    local flat, times, last = redis.call('HGETALL', nodes), {}, 0
    for i = 1, #flat, 2 do
        local time = tonumber(flat[i + 1])
        if time > now then
            write('HSET', nodes, flat[i], now)
            time = now
        end
        times[flat[i]], last = time, math.max(last, time)
    end
    return times, last
end

local function renew(nodes, times, judging, awake, same, lost)
    local mine = times[me]
    local lapsed = mine and judging and now - mine > lapse
    local ended = lapsed or not mine and (same or (silent > lapse and judging and awake))
    if silent > 0 and ended then
        write('HDEL', nodes, me)
        return ENDED
    end
    write('HSET', nodes, me, now)
    if refused then
        return UNRENEWED
    end
    return silent > 0 and (lost or not mine) and TAKEN or HELD
end

local function prune(nodes, times)
    for incarnation, time in pairs(times) do
        if incarnation ~= me and now - time > lapse then
            write('HDEL', nodes, incarnation)
        end
    end
end

local function moves(moved, since, ctr)
    if ctr == since then
        return {}
    end
    return redis.call('ZRANGEBYSCORE', moved, '(' .. since, '+inf', 'WITHSCORES', 'LIMIT', 0, most + 1)
end

local function tick(lane_key, nodes, moved, known_fork, since)
    refused = false
    local lane = understood(redis.call('HMGET', lane_key, 'id', 'fork', 'void', 'voided', 'ctr', 'floor', 'grace', 'v'))
    settle(lane_key, lane, id, now, fresh)
    local times, last = leases(nodes)
    local grace = tonumber(lane[7]) or 0
    local awake = now - last <= AWAY_MS
    if not awake or grace > now + GRACE_MS then -- the latter: the clock was set back
        grace = now + GRACE_MS
        write('HSET', lane_key, 'grace', grace)
    end
    local judging = now >= grace
    local same = known_fork == lane[FORK]
    local lease = renew(nodes, times, judging, awake, same, known_fork ~= '' and not same)
    if judging then
        prune(nodes, times)
    end
    local ctr = tonumber(lane[5]) or 0
    local complete = same and since <= ctr and since >= (tonumber(lane[6]) or 0)
    local names = complete and moves(moved, since, ctr) or {}
    if #names > 2 * most then
        complete, names = false, {}
    end
    return {lease, lane[FORK], ctr, complete and 1 or 0, names}
end

local news = {}
for i = 1, #KEYS / 3 do
    local k, a = 3 * i, 5 + 2 * i
    news[i] = tick(KEYS[k - 2], KEYS[k - 1], KEYS[k], ARGV[a], tonumber(ARGV[a + 1]))
end
return news
