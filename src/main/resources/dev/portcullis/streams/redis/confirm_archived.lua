-- Notes that the archive has a stream up to a position: the store need not keep more of it than its window.
-- KEYS    lane, m:<stream>, e:<stream>, ci:<stream> (of an inbox: see Conversations), un:<streams>, ub:<bytes> (see UnarchivedStreams)
-- ARGV    now (0: Redis's clock), the stream's name, epoch, seq, how many bytes of entries the archive has got, entries kept; '1' for an
--         inbox, whose entries go with the next appends
-- Result  {} if the lane must be forked first, by fork.lua; otherwise {1}
-- Promise One atomic step. A position that the stream does not contain changes nothing: a fail-over has lost entries that the archive
--         has. The stream is no longer among those that wait once the archive has its head.
local RECORD_MS = 31 * 86400000 -- see append.lua
local now, stream, epoch, seq = store_time(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local meta_key, entries, conversations, unarchived, bytes = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local lane = check_form(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'v'))
if lane[ID] ~= server() then
    return {}
end
local meta = meta_of(meta_key, KEYS[1], lane, now)
if redis.call('DECRBY', bytes, ARGV[5]) < 0 then
    redis.call('DEL', bytes)
end
if meta.unknown then
    redis.call('ZREM', unarchived, stream .. '\0')
    return {1}
end

local function contains()
    if epoch == meta.epoch then
        return seq <= meta.head
    end
    for _, former in ipairs(meta.formers) do
        local of, last = string.match(former, '^(.*):(%d+)$')
        if of == epoch then
            return seq <= tonumber(last)
        end
    end
    return false
end

if not contains() then
    return {1}
end
local archived = archived_seq(meta)
if not archived or seq > archived then
    redis.call('HSET', meta_key, 'archived', epoch .. ':' .. ARGV[4])
    archived, meta.archived = seq, epoch .. ':' .. ARGV[4]
end
if ARGV[7] ~= '1' then
    redis.call('LTRIM', entries, -math.max(math.min(tonumber(ARGV[6]), meta.keep_entries or math.huge), meta.head - archived), -1)
    if meta.keep_age or meta.hidden then
        local length = redis.call('LLEN', entries)
        local oldest = math.min(oldest_kept(entries, length, meta, now), math.max(0, archived - meta.head + length))
        redis.call('LTRIM', entries, oldest, -1)
    end
end
if archived >= meta.head then
    local left = math.max(1, meta.touched + meta.age - now)
    redis.call('ZREM', unarchived, stream .. '\0')
    redis.call('PEXPIRE', entries, left)
    redis.call('PEXPIRE', conversations, left)
    if not meta.own_entries and not meta.own_age then
        redis.call('PEXPIRE', meta_key, RECORD_MS + left)
    end
    if redis.call('EXISTS', unarchived) == 0 then
        redis.call('DEL', bytes) -- what changed of entries while they waited was not counted
    end
end
return {1}
