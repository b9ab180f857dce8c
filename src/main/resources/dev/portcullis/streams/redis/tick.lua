-- Renews a node's leases in some lanes, and tells what moved there.
-- KEYS    for each lane: lane, leases, moved
-- ARGV    now (0: Redis's clock), a fresh epoch, the node's incarnation, how long ago its last tick of these lanes began
--         (0: its first), how many names may be told, how long a lease lasts; then for each lane the fork and the turn
--         that the node knows of it ('' and 0 at first)
-- Result  for each lane the time, where the lease was HELD and nothing moved; else {lease, fork, turn, complete, names and
--         turns in turn, the time, survived}; lease: HELD, ACQUIRED, ENDED or UNRENEWED, where Redis takes no writes now;
--         survived: in a fork that the node did not know, when it renewed the lease that came through the fork, or 0
-- Promise A lease that was not renewed in time is judged by the first who looks, and then it is over for its owner too.
--         While nobody ticked, since the store was away, nobody's lease lapses: for a while after that (`grace`)
--         nothing is judged. What moved is told also while Redis takes no writes. `leases` is a sorted set of incarnations
--         by time of renewal: a tick reads its own and the ends of the set, so its cost does not grow with the number of
--         nodes, and it takes away a few of the others' that have lapsed. A node whose own lease is
--         young has nobody to judge, so it looks at the others' only once in five seconds: what lies in between, one read of
--         the lane and two touches of the lease, is what many nodes at rest cost. Each tick writes, since it must fail where
--         Redis is no master any more.
--         A master's writes are one history. So where a lease came through a fork, all came through that was written before
--         it was renewed. A lease that was renewed since the fork proves nothing: a tick may have done that whose answer
--         was lost. The two are told apart by `forked`: whatever a tick writes since then is no earlier, so what is earlier
--         came through. `forked` goes back with a clock that is set back, which makes it prove less.
local GRACE_MS = 10000
local OTHERS_MS = 5000
local AT_ONCE = 16 -- leases of others that one tick takes away, or sets
local HELD, ACQUIRED, ENDED, UNRENEWED = 'HELD', 'ACQUIRED', 'ENDED', 'UNRENEWED'
local PASSING = {'OOM ', 'NOREPLICAS ', 'MISCONF '} -- why Redis takes no writes, though it reads

local now, fresh, me, silent = store_time(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local most, lapse = tonumber(ARGV[5]), tonumber(ARGV[6])
local id = server()
local at = string.format('%.0f', now) -- a score: Lua would make this text of the number again for each lane

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

local function renewed(leases)
    return tonumber(redis.call('ZSCORE', leases, me))
end

-- When any node renewed its lease. Those from a time to come, since the clock was set back, begin now.
local function last_renewal(leases)
    local last = tonumber(redis.call('ZRANGE', leases, -1, -1, 'WITHSCORES')[2]) or 0
    if last > now then
        for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', leases, '(' .. now, '+inf', 'LIMIT', 0, AT_ONCE)) do
            write('ZADD', leases, now, incarnation)
        end
    end
    return math.min(last, now)
end

local function renew(leases, mine, judging, awake, same, lost)
    local lapsed = mine and judging and now - mine > lapse
    local ended = lapsed or not mine and (same or (silent > lapse and judging and awake))
    if silent > 0 and ended then
        write('ZREM', leases, me)
        return ENDED
    end
    write('ZADD', leases, at, me)
    if refused then
        return UNRENEWED
    end
    return silent > 0 and (lost or not mine) and ACQUIRED or HELD
end

local function prune(leases)
    for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', '(' .. now - lapse, 'LIMIT', 0, AT_ONCE)) do
        if incarnation ~= me then
            write('ZREM', leases, incarnation)
        end
    end
end

local function moves(moved, since, ctr)
    if ctr == since then
        return {}
    end
    return redis.call('ZRANGEBYSCORE', moved, '(' .. since, '+inf', 'WITHSCORES', 'LIMIT', 0, most + 1)
end

-- Renews the node's lease, and judges it and those of others.
local function held(lane_key, leases, lane, known_fork, same, mine)
    local last = last_renewal(leases)
    mine = mine and math.min(mine, now)
    local grace = tonumber(lane[7]) or 0
    local awake = now - last <= AWAY_MS
    if not awake or grace > now + GRACE_MS then -- the latter: the clock was set back
        grace = now + GRACE_MS
        write('HSET', lane_key, 'grace', grace)
    end
    local judging = now >= grace
    local lease = renew(leases, mine, judging, awake, same, known_fork ~= '' and not same)
    if judging then
        prune(leases)
    end
    return lease
end

-- What a tick answers of a lane that it found in this state.
local function told(lease, fork, ctr, floor, moved, known_fork, since, survived)
    local complete = known_fork == fork and since <= ctr and since >= floor
    local names = complete and moves(moved, since, ctr) or {}
    if #names > 2 * most then
        complete, names = false, {}
    end
    return {lease, fork, ctr, complete and 1 or 0, names, now, survived}
end

-- Never after now. A lane that an earlier release forked has none, or an older one: that proves less.
local function forked_at(lane_key, lane)
    local forked = lane.forked or tonumber(lane[8]) or 0
    if forked > now then
        write('HSET', lane_key, 'forked', now)
    end
    return math.min(forked, now)
end

local function judged(lane_key, leases, moved, known_fork, since, mine)
    local lane = understood(
        redis.call('HMGET', lane_key, 'id', 'fork', 'void', 'voided', 'ctr', 'floor', 'grace', 'forked', 'v'))
    settle(lane_key, lane, id, now, fresh)
    local same = known_fork == lane[FORK]
    local forked = forked_at(lane_key, lane)
    local survived = not same and mine and mine < forked and mine or 0
    local lease = held(lane_key, leases, lane, known_fork, same, mine)
    local ctr, floor = tonumber(lane[5]) or 0, tonumber(lane[6]) or 0
    return told(lease, lane[FORK], ctr, floor, moved, known_fork, tonumber(since), survived)
end

-- Whether the lease was renewed so lately that nothing hangs on the others', nor is it their turn. In a fork that the node
-- knows it was renewed since `forked`, and so is it now.
local function young(mine)
    return mine and mine <= now and now - mine <= AWAY_MS and now % OTHERS_MS >= now - mine
end

local function tick(lane_key, leases, moved, known_fork, since)
    refused = false
    local lane = understood(redis.call('HMGET', lane_key, 'id', 'fork', 'ctr', 'floor', 'v'))
    local mine = renewed(leases)
    if silent == 0 or lane[ID] ~= id or lane[FORK] ~= known_fork or not young(mine) then
        return judged(lane_key, leases, moved, known_fork, since, mine)
    end
    write('ZADD', leases, at, me)
    if (lane[3] or '0') == since and not refused then
        return now
    end
    local lease = refused and UNRENEWED or HELD
    local ctr, floor = tonumber(lane[3]) or 0, tonumber(lane[4]) or 0
    return told(lease, known_fork, ctr, floor, moved, known_fork, tonumber(since), 0)
end

local news = {}
for i = 1, #KEYS / 3 do
    local k, a = 3 * i, 5 + 2 * i
    news[i] = tick(KEYS[k - 2], KEYS[k - 1], KEYS[k], ARGV[a], ARGV[a + 1])
end
return news
