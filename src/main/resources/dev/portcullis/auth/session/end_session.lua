-- Ends a session, and remembers its id for as long as a stale request could still register it.
-- KEYS    1 the user's sessions   2 the session's user
-- ARGV    1 now (0: Redis's clock)   2 id   3 how long an ended id is kept; then the writes of rows that report the end
--         (permit.lua), none where no hook is configured
-- Result  1
-- Promise No open, renewal or restore that arrives within that time makes the id live again. Idempotent.
local now, keep = store_time(ARGV[1]), tonumber(ARGV[3])
redis.call('HSET', KEYS[1], ARGV[2], '0 ' .. text(now + keep))
redis.call('DEL', KEYS[2])
permit.write(stamp_of(now, '', 0))

local live = sessions(KEYS[1], now, function() return true end)
if #live > 0 then
    keep_for(KEYS[1], keep)
else
    redis.call('PEXPIRE', KEYS[1], text(keep))
end
return 1
