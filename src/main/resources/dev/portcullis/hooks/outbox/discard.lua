-- Moves the oldest event of a queue to the dead letters, and ends its claim.
-- KEYS    hq or ha, the taker of its events; then the keys of aside.lua and of the outbox
-- ARGV    now (0: Redis's clock), the taker, the SHA-1 of the event, the reason; then the arguments of the outbox
-- Result  1, or 0 if it is not the oldest any more
if redis.call('GET', KEYS[2]) == ARGV[2] then
    redis.call('DEL', KEYS[2])
end
local row = redis.call('LINDEX', KEYS[1], 0)
if not row or redis.sha1hex(row) ~= ARGV[3] then
    return 0
end
redis.call('LPOP', KEYS[1])
if KEYS[1] == aside.queue then
    aside.forget(row)
end
outbox.discard(row, ARGV[4], store_time(ARGV[1]))
return 1
