-- Counts a user's handshake, then registers a session if the permit holds and the cap allows it.
-- KEYS    1 the user's sessions   2 the user's handshake times, oldest first   3 the lane's leases   4 the lane
--         5 the session's user   6 the record of the lane's cut-offs   7, 8 the record and the entries of the user's inbox;
--         then the keys of the permit's rows (see permit.lua)
-- ARGV    1 now (0: Redis's clock)   2 id   3 expiresAt   4 the owner's incarnation   5 details
--         6 '1' if it counts as a handshake   7 handshakes per minute   8 cap   9 lease timeout
--         10 how long an ended id is kept   11 the user
--         12 '1' if delivery of the inbox begins at the same place for all devices of the user, which is told then;
--         then the permit (permit.lua), whose writes report the session's beginning
-- Result  {'live', fork, laneSeq of the newest cut-off, and for the inbox its epoch, its head, the seq up to which the user has
--         everything, the seq after which every entry is kept that is owed to them, laneSeq of the lane}, of the moment of the
--         registration, or {'live'} if the lane must be forked first; {'full', id, row, ...}: the live sessions, oldest first;
--         {'changed'}: the permit does not hold; {'limited', ms to wait}; {'no_lease'}: the owner has no lease;
--         {'ended'}: the id has ended; {'unreported'}: the outbox of the hooks is full. The last five change nothing.
-- Promise A user never has more live sessions than the cap, nor more handshakes in any minute than the limit. An ended
--         id is never live again. No session begins under a permit that no longer holds. An expired lease that is
--         found is removed, so that its owner loses it too. The beginning of a live session is reported once, in this step.
local now, id, owner = store_time(ARGV[1]), ARGV[2], ARGV[4]
local counts, limit, cap, keep = ARGV[6] == '1', tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[10])
local is_held = leases(KEYS[3], KEYS[4], now, tonumber(ARGV[9]))
local live, obsolete, expired, ended, last = sessions(KEYS[1], now, is_held)

if not is_held(owner) then return {'no_lease'} end
if ended[id] then return {'ended'} end
if not permit.has_room() then return {'unreported'} end
if not permit.holds() then return {'changed'} end
local oldest = counts and redis.call('LINDEX', KEYS[2], -limit)
if oldest and oldest + 60000 > now then return {'limited', oldest + 60000 - now} end
local lane = check_form(redis.call('HMGET', KEYS[4], 'id', 'fork', 'void', 'voided', 'ctr', 'v'))
local forked = lane[ID] == server() -- what another server had of cut-offs and the inbox may be lost
local inbox = forked and ARGV[12] == '1' and meta_of(KEYS[7], KEYS[4], lane, now)

for _, each in ipairs(obsolete) do redis.call('HDEL', KEYS[1], each) end
for _, each in ipairs(expired) do redis.call('ZREM', KEYS[3], each) end
if counts then
    redis.call('RPUSH', KEYS[2], text(now))
    redis.call('LTRIM', KEYS[2], -limit, -1)
    redis.call('PEXPIRE', KEYS[2], 60000)
end

if #live >= cap then
    local result = {'full'}
    for _, each in ipairs(live) do
        result[#result + 1] = each.id
        result[#result + 1] = each.row
    end
    return result
end
local newest = 0
for _, each in ipairs(live) do
    if each.order < math.huge then newest = math.max(newest, each.order) end
end
local order = text(math.max(now, newest + 1))
redis.call('HSET', KEYS[1], id, table.concat({'1', order, ARGV[3], owner, ARGV[5]}, ' '))
keep_for(KEYS[1], math.max(last, tonumber(ARGV[3]), now + keep) - now)
index(KEYS[5], ARGV[11], ARGV[3] - now)
permit.write(stamp_of(now, '', 0))
if not forked then return {'live'} end
local result = {'live', lane[FORK], tonumber(redis.call('HGET', KEYS[6], 'ctr') or 0)}
if inbox then
    local at = acknowledged(KEYS[7], inbox)
    result[4], result[5], result[6], result[7] = inbox.epoch, inbox.head, at, owed_after(KEYS[8], inbox, now, at)
    result[8] = tonumber(lane[5] or 0)
end
return result
