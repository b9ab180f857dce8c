-- Sets what is kept of a stream alone, and removes what is beyond it. Comes after lane.lua, stream_meta.lua, entries.lua and permit.lua.
-- KEYS    lane, m:<stream>, e:<stream>, un:<streams> (see UnarchivedStreams); then the keys of the permit's rows (see permit.lua)
-- ARGV    now (0: Redis's clock), the entries and the age that are set, '' for one that is not (see OwnRetention); then as in append.lua
--         the entries and the age of the window, of the retention of a stream that has none of its own, and of the most that it may
--         be; the stream's name if an archive follows it, or ''. The last are the permit
-- Result  {} if the lane must be forked first, by fork.lua; {0} if rows of the permit have changed, and nothing was done; otherwise {1}
-- Promise One atomic step. From then on no reader sees what is beyond the retention. What the archive does not have yet stays for it.
local RECORD_MS = 31 * 86400000 -- see append.lua
local now, own_entries, own_age = store_time(ARGV[1]), ARGV[2], ARGV[3]
local meta_key, entries = KEYS[2], KEYS[3]
local lane = check_form(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'v'))
if lane[ID] ~= server() then
    return {}
end
if not permit.holds() then
    return {0}
end
local meta = meta_of(meta_key, KEYS[1], lane, now)
permit.write(stamp_of(now, meta.epoch, meta.head))

local function set(field, value)
    if value == '' then
        redis.call('HDEL', meta_key, field)
    else
        redis.call('HSET', meta_key, field, value)
    end
end

set('own_entries', own_entries)
set('own_age', own_age)
if own_entries ~= '' or own_age ~= '' then
    redis.call('PERSIST', meta_key)
end
if ARGV[10] ~= '' then
    redis.call('ZADD', KEYS[4], 0, ARGV[10] .. '\0') -- the feeder tells the archive, if the caller does not come to it
end
if meta.unknown then
    return {1}
end
local keep_entries = bound_of(tonumber(own_entries), ARGV[6], ARGV[8])
local keep_age = bound_of(tonumber(own_age), ARGV[7], ARGV[9])
local stored = redis.call('LLEN', entries)
hide(meta_key, meta, hidden_up_to(entries, stored, meta, now))
store_retention(meta_key, meta, keep_entries, keep_age)
hide(meta_key, meta, hidden_up_to(entries, stored, meta, now))
meta.age = math.min(tonumber(ARGV[5]), keep_age)
redis.call('HSET', meta_key, 'age', string.format('%.0f', meta.age))
local archived = archived_seq(meta) or meta.head
redis.call('LTRIM', entries, -math.max(math.min(tonumber(ARGV[4]), keep_entries), meta.head - archived), -1)
local length = redis.call('LLEN', entries)
redis.call('LTRIM', entries, math.min(oldest_kept(entries, length, meta, now), math.max(0, archived - meta.head + length)), -1)
if archived >= meta.head then
    local left = math.max(1, meta.touched + meta.age - now)
    redis.call('PEXPIRE', entries, left)
    if own_entries == '' and own_age == '' then
        redis.call('PEXPIRE', meta_key, RECORD_MS + left)
    end
end
return {1}
