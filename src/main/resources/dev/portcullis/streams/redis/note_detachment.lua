-- Notes that users may have lost their access to a stream without an entry that says so. Comes after lane.lua.
-- KEYS    m:<stream>
-- ARGV    now (0: Redis's clock), for how many ms that is recent
-- Result  1
-- Promise stream_access.lua tells it. A stream without a record gets none that stays.
redis.call('HSET', KEYS[1], 'left', store_time(ARGV[1]))
if redis.call('HEXISTS', KEYS[1], 'fork') == 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
