-- Notes that users may have lost their access to a stream without an entry that says so. Comes after lane.lua.
-- KEYS    m:<stream>
-- ARGV    now (0: Redis's clock), the time in ms for which the note is recent
-- Result  1
-- Promise stream_access.lua tells it. A stream without a record gets one only for that time.
redis.call('HSET', KEYS[1], 'left', store_time(ARGV[1]))
local record = redis.call('HMGET', KEYS[1], 'fork', 'own_entries', 'own_age')
if not record[1] and not record[2] and not record[3] then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
