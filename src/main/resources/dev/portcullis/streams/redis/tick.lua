-- Renews a node's leases in some lanes, and returns which streams moved there.
-- KEYS    for each lane: lane, leases, moved
-- ARGV    now (0: Redis's clock), a fresh epoch, the node's incarnation, how long ago its last tick of these lanes began
--         (0: its first), the most names to return, how long a lease lasts; then for each lane the fork and the laneSeq
--         that the node knows ('' and 0 at first)
-- Result  for each lane the time, if the lease was HELD and nothing moved; otherwise {lease, fork, laneSeq, complete, names each
--         with its laneSeq, the time, survived}; lease: HELD, ACQUIRED, ENDED, or UNRENEWED if Redis accepts no writes
--         now; survived: in a fork that the node did not know, the time of its renewal that survived the fork, or 0
-- Promise A lease that was not renewed in time is expired by the first tick that finds it, and then its owner finds it ended.
--         If no node ticked, because the store was away, no lease expires: for a while after that (`grace`) none is
--         judged. Names are returned even while Redis accepts no writes.
--
-- Cost    `leases` is a sorted set of incarnations by time of renewal. A tick reads its own lease and the ends of the set, so
--         its cost does not grow with the number of nodes, and it removes a few expired leases of others. A node whose own
--         lease is recent checks those of others only once in five seconds: in between, an idle lane costs one read of the
--         lane and two operations on the lease. Each tick writes, because it must fail if Redis is no longer a master.
--
-- Forks   The writes of a master are one history. So if a lease survived a fork, everything written before its renewal
--         survived too. A renewal since the fork proves nothing: it may be of a tick whose answer was lost. `forked` tells
--         them apart: every renewal since the fork is at or after it, so an earlier one survived. If the clock is set back,
--         `forked` goes back too, which makes it prove less.
local GRACE_MS = 10000
local OTHERS_MS = 5000
local MAX_OTHERS = 16 -- the most leases of others that one tick removes or changes
local HELD, ACQUIRED, ENDED, UNRENEWED = 'HELD', 'ACQUIRED', 'ENDED', 'UNRENEWED'
local REFUSALS = {'OOM ', 'NOREPLICAS ', 'MISCONF '} -- errors of a Redis that accepts no writes but can be read

local now, fresh, me, since_last_tick = store_time(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local max_names, lease_ms = tonumber(ARGV[5]), tonumber(ARGV[6])
local id = server()
local at = string.format('%.0f', now) -- the score as text, so that Lua does not format it for each lane

local refused = false

-- Writes, but lets the tick go on where Redis accepts no writes.
local function write(...)
    local done = redis.pcall(...)
    if type(done) ~= 'table' or not done.err then
        return
    end
    for _, reason in ipairs(REFUSALS) do
        if string.find(done.err, reason, 1, true) then
            refused = true
            return
        end
    end
    redis.call(...) -- fails with the same error
end

local function renewed(leases)
    return tonumber(redis.call('ZSCORE', leases, me))
end

-- Returns the last renewal of any node. Renewals in the future, from before the clock was set back, are set to now.
local function last_renewal(leases)
    local last = tonumber(redis.call('ZRANGE', leases, -1, -1, 'WITHSCORES')[2]) or 0
    if last > now then
        for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', leases, '(' .. now, '+inf', 'LIMIT', 0, MAX_OTHERS)) do
            write('ZADD', leases, now, incarnation)
        end
    end
    return math.min(last, now)
end

local function renew(leases, mine, judging, awake, same, lost)
    local expired = mine and judging and now - mine > lease_ms
    local ended = expired or not mine and (same or (since_last_tick > lease_ms and judging and awake))
    if since_last_tick > 0 and ended then
        write('ZREM', leases, me)
        return ENDED
    end
    write('ZADD', leases, at, me)
    if refused then
        return UNRENEWED
    end
    return since_last_tick > 0 and (lost or not mine) and ACQUIRED or HELD
end

local function prune(leases)
    for _, incarnation in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', '(' .. now - lease_ms, 'LIMIT', 0, MAX_OTHERS)) do
        if incarnation ~= me then
            write('ZREM', leases, incarnation)
        end
    end
end

local function moved_since(moved, since, ctr)
    if ctr == since then
        return {}
    end
    return redis.call('ZRANGEBYSCORE', moved, '(' .. since, '+inf', 'WITHSCORES', 'LIMIT', 0, max_names + 1)
end

-- Renews or ends the node's lease, and removes expired leases of others.
local function renew_and_prune(lane_key, leases, lane, known_fork, same, mine)
    local last = last_renewal(leases)
    mine = mine and math.min(mine, now)
    local grace = tonumber(lane[7]) or 0
    local awake = now - last <= AWAY_MS
    if not awake or grace > now + GRACE_MS then -- grace too far ahead: the clock was set back
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

-- Returns the result for a lane in this state.
local function result(lease, fork, ctr, floor, moved, known_fork, since, survived)
    local complete = known_fork == fork and since <= ctr and since >= floor
    local names = complete and moved_since(moved, since, ctr) or {}
    if #names > 2 * max_names then
        complete, names = false, {}
    end
    return {lease, fork, ctr, complete and 1 or 0, names, now, survived}
end

-- Returns the time at which the lane forked, never after now.
local function forked_at(lane_key, lane)
    local forked = lane.forked or tonumber(lane[8]) or 0
    if forked > now then
        write('HSET', lane_key, 'forked', now)
    end
    return math.min(forked, now)
end

local function full_tick(lane_key, leases, moved, known_fork, since, mine)
    local lane = check_form(
        redis.call('HMGET', lane_key, 'id', 'fork', 'void', 'voided', 'ctr', 'floor', 'grace', 'forked', 'v'))
    refresh_lane(lane_key, lane, id, now, fresh)
    local same = known_fork == lane[FORK]
    local forked = forked_at(lane_key, lane)
    local survived = not same and mine and mine < forked and mine or 0
    local lease = renew_and_prune(lane_key, leases, lane, known_fork, same, mine)
    local ctr, floor = tonumber(lane[5]) or 0, tonumber(lane[6]) or 0
    return result(lease, lane[FORK], ctr, floor, moved, known_fork, tonumber(since), survived)
end

-- Returns whether the node's lease is so recent that it can't have expired, and no check of the others' leases is due. In a fork
-- that the node knows, its lease was renewed since `forked`.
local function is_recent(mine)
    return mine and mine <= now and now - mine <= AWAY_MS and now % OTHERS_MS >= now - mine
end

local function tick(lane_key, leases, moved, known_fork, since)
    refused = false
    local lane = check_form(redis.call('HMGET', lane_key, 'id', 'fork', 'ctr', 'floor', 'v'))
    local mine = renewed(leases)
    if since_last_tick == 0 or lane[ID] ~= id or lane[FORK] ~= known_fork or not is_recent(mine) then
        return full_tick(lane_key, leases, moved, known_fork, since, mine)
    end
    write('ZADD', leases, at, me)
    if (lane[3] or '0') == since and not refused then
        return now
    end
    local lease = refused and UNRENEWED or HELD
    local ctr, floor = tonumber(lane[3]) or 0, tonumber(lane[4]) or 0
    return result(lease, known_fork, ctr, floor, moved, known_fork, tonumber(since), 0)
end

local ticks = {}
for i = 1, #KEYS / 3 do
    local k, a = 3 * i, 5 + 2 * i
    ticks[i] = tick(KEYS[k - 2], KEYS[k - 1], KEYS[k], ARGV[a], ARGV[a + 1])
end
return ticks
