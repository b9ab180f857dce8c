-- Moves the oldest event of a lane to its dead letters, and ends its claim.
-- KEYS    hc; then those of the outbox
-- ARGV    now (0: Redis's clock), who took it, the SHA-1 of the event, the reason; then those of the outbox
-- Result  1, or 0 if it is not the oldest any more
if redis.call('GET', KEYS[1]) == ARGV[2] then
    redis.call('DEL', KEYS[1])
end
local row = redis.call('LINDEX', outbox.queue, 0)
if not row or redis.sha1hex(row) ~= ARGV[3] then
    return 0
end
outbox.discard(redis.call('LPOP', outbox.queue), ARGV[4], store_time(ARGV[1]))
return 1
