-- Appends one entry to a stream.
-- KEYS    lane, moved, ka, kb, m:<stream>, e:<stream>, b:<stream>
-- ARGV    now (0: Redis's clock), a fresh epoch, the stream's name, notAfter, entries kept, age kept in ms,
--         the entry's row from its timestamp on, its author or '', whom it bars or '', its key or '', the key's row
--         up to the place, how many the stream may bar
-- Result  {'known', row of the key} | {'expired'} | {'barred'} | {'full'} | {'stored', epoch, seq, turn}
-- Promise One step, in this order: the outcome of a known key again; nothing after notAfter; nothing of a barred
--         author; no bar beyond as many as there may be; else the next seq, its key and its bar. `seq` has no hole
--         within an epoch, and no (epoch, seq) is ever given twice. Whatever is refused has written nothing, but for a
--         fork of the lane, which is complete in itself.
local TURN_MS = 600000 -- a key lives one to two turns
local RECORD_MS = 31 * 86400000 -- a record outlives its entries: Meta.OUTLIVES_MS, which says why
local NAMES, NAMES_TRIMMED = 4096, 64

local lane_key, moved, tables, meta, entries = KEYS[1], KEYS[2], {a = KEYS[3], b = KEYS[4]}, KEYS[5], KEYS[6]
local stream, most, age, author, bars, key = ARGV[3], ARGV[5], ARGV[6], ARGV[8], ARGV[9], ARGV[10]
local now = store_time(ARGV[1])
local lane = understood(redis.call('HMGET', lane_key, 'id', 'fork', 'void', 'voided', 'cur', 'since', 'v'))
settle(lane_key, lane, server(), now, ARGV[2])

local cur = lane[5] or 'a'
local other = cur == 'a' and 'b' or 'a'
local turned = math.max(0, now - (lane[6] or now)) -- how long ago; a clock that was set back begins anew

if key ~= '' then
    local known = turned < 2 * TURN_MS and redis.call('HGET', tables[cur], key)
        or turned < TURN_MS and redis.call('HGET', tables[other], key)
    if known then
        return {'known', known}
    end
end
if now > tonumber(ARGV[4]) then
    return {'expired'}
end
if author ~= '' and redis.call('SISMEMBER', KEYS[7], author) == 1 then
    return {'barred'}
end
if bars ~= '' and redis.call('SCARD', KEYS[7]) >= tonumber(ARGV[12]) and redis.call('SISMEMBER', KEYS[7], bars) == 0 then
    return {'full'}
end

local place = place_of(meta, lane_key, lane, now)
local seq = place.head + 1
local touched = math.max(now, place.touched)
local turn = redis.call('HINCRBY', lane_key, 'ctr', 1)

local row = struct.pack('>BI2c0i8', 1, #place.epoch, place.epoch, touched) .. ARGV[7]
if redis.call('RPUSH', entries, row) > tonumber(most) then
    redis.call('LTRIM', entries, -most, -1)
end
redis.call('PEXPIRE', entries, age)

redis.call('HSET', meta, 'head', seq, 'ctr', turn, 'touched', touched, 'age', age)
if not place.stored then
    redis.call('HSET', meta, 'v', FORM, 'fork', lane[FORK], 'epoch', place.epoch)
    for i = 1, #place.olds do
        redis.call('HSET', meta, 'o' .. i, place.olds[i])
    end
end
redis.call('PEXPIRE', meta, RECORD_MS + age)

redis.call('ZADD', moved, turn, stream)
if turn % NAMES_TRIMMED == 0 then
    local over = redis.call('ZCARD', moved) - NAMES
    if over > 0 then
        redis.call('HSET', lane_key, 'floor', redis.call('ZRANGE', moved, over - 1, over - 1, 'WITHSCORES')[2])
        redis.call('ZREMRANGEBYRANK', moved, 0, over - 1)
    end
end

if key ~= '' then
    local turns = turned >= TURN_MS
    if turns then
        redis.call('UNLINK', tables[other])
        if turned >= 2 * TURN_MS then -- nobody published for so long that both are old
            redis.call('UNLINK', tables[cur])
        end
        cur = other
    end
    redis.call('HSET', tables[cur], key, ARGV[11] .. struct.pack('>I2c0i8', #place.epoch, place.epoch, seq))
    if turns or turned == 0 then
        redis.call('HSET', lane_key, 'cur', cur, 'since', now)
        redis.call('PEXPIRE', tables[cur], 2 * TURN_MS)
    end
end
if bars ~= '' then
    redis.call('SADD', KEYS[7], bars)
end
return {'stored', place.epoch, seq, turn}
