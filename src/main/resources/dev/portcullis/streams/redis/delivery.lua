-- Tells how far an inbox is delivered to a reader, and moves the reader's position forward. The same rules are in DeliveryRow.
-- KEYS    lane, m:<inbox>, e:<inbox>
-- ARGV    now (0: Redis's clock), a fresh epoch, the reader's device or '', how many devices may be known,
--         the epoch and the seq that the reader acknowledges, or '' and 0
-- Result  {epoch, head, the seq up to which the reader has everything}; without an acknowledgement also the seq after which
--         every entry is kept that the reader does not have
-- Promise No position moves back, or beyond the entries of the acknowledged epoch in the inbox. An unknown device begins
--         where its user is. The positions are in the inbox's record (`acked`, and for each device `d:<device>` as
--         `seq:time`), so they are forgotten with it.
local RECORD_MS = 31 * 86400000 -- a record outlives its entries: see StreamMeta.OUTLIVES_ENTRIES_MS

local lane_key, meta_key, device, most = KEYS[1], KEYS[2], ARGV[3], tonumber(ARGV[4])
local now = store_time(ARGV[1])
local lane = check_form(redis.call('HMGET', lane_key, 'id', 'fork', 'void', 'voided', 'v'))
refresh_lane(lane_key, lane, server(), now, ARGV[2])
local meta = meta_of(meta_key, lane_key, lane, now)

local function reached(epoch, seq)
    if epoch == meta.epoch then
        return math.min(seq, meta.head)
    end
    local highest = 0
    for _, former in ipairs(meta.formers) do
        local name, last = string.match(former, '^(.*):(%d+)$')
        if name == epoch then
            highest = math.max(highest, math.min(seq, tonumber(last)))
        end
    end
    return highest
end

-- Makes room for one more device.
local function drop_unused()
    local all, devices = redis.call('HGETALL', meta_key), {}
    for i = 1, #all, 2 do
        if string.sub(all[i], 1, 2) == 'd:' then
            devices[#devices + 1] = {field = all[i], used = tonumber(string.match(all[i + 1], ':(%d+)$'))}
        end
    end
    table.sort(devices, function(a, b)
        return a.used < b.used or (a.used == b.used and a.field < b.field)
    end)
    for i = 1, #devices + 1 - most do
        redis.call('HDEL', meta_key, devices[i].field)
    end
end

local function result(at)
    return {meta.epoch, meta.head, at, ARGV[5] == '' and owed_after(KEYS[3], meta, now, at) or nil}
end

local upto = math.min(reached(ARGV[5], tonumber(ARGV[6])), meta.head)
local former = acknowledged(meta_key, meta)
local acked = math.max(former, upto)
if acked > former then
    redis.call('HSET', meta_key, 'acked', acked)
end
if device == '' then
    return result(acked)
end

local known = redis.call('HGET', meta_key, 'd:' .. device)
if not known then
    drop_unused()
end
local at = known and math.min(tonumber(string.match(known, '^%d+')), meta.head) or former
at = math.max(at, upto)
redis.call('HSET', meta_key, 'd:' .. device, string.format('%d:%d', at, now))
if redis.call('PTTL', meta_key) < 0 then
    redis.call('PEXPIRE', meta_key, RECORD_MS)
end
return result(at)
