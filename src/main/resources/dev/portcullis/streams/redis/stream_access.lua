-- Reads a stream's head, whether a user is barred from it, and the row of the user's read mark. Writes nothing.
-- KEYS    lane, m:<stream>, b:<stream>, rm:<stream> (rows, see ReadMarks), e:<stream>
-- ARGV    now (0: Redis's clock), the user, the time in ms for which an entry that ended subscriptions is recent,
--         the key of the row
-- Result  {} if the lane must be forked first, by fork.lua; otherwise {epoch, head, 1 or 0: whether the user is barred, 1 or 0:
--         whether a recent entry ended subscriptions and barred no user, or a detachment was noted, the row or '', now,
--         for how many ms the stream's record is kept without an append, the highest seq that is beyond the retention, or was once,
--         or 0}
-- Promise The whole result is of one moment.
local RECORD_MS = 31 * 86400000 -- see append.lua: what has no time to live is kept at least as long
local lane = check_form(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'v'))
if lane[ID] ~= server() then
    return {}
end
local now = store_time(ARGV[1])
local meta = meta_of(KEYS[2], KEYS[1], lane, now)
local left = redis.call('PTTL', KEYS[2])
local detached = tonumber(redis.call('HGET', KEYS[2], 'left') or '-inf')
return {
    meta.epoch, meta.head, value_of_row(KEYS[3], ARGV[2]) and 1 or 0, now - detached <= tonumber(ARGV[3]) and 1 or 0,
    value_of_row(KEYS[4], ARGV[4]) or '', now, left == -1 and RECORD_MS or left,
    hidden_up_to(KEYS[5], meta.keep_age and redis.call('LLEN', KEYS[5]) or 0, meta, now)
}
