-- Moves a member's read mark forward. It assigns no position, so it needs no check for a fork.
-- KEYS    m:<room>, rm:<room>
-- ARGV    the member, the seq up to which they have read, how many marks are kept
-- Result  the mark if it moved, or 0
-- Promise A mark never moves back and is never beyond the head. A mark beyond it is of an earlier stream of this name, and
--         void. Marks expire no later than the stream's record.
local head = tonumber(redis.call('HGET', KEYS[1], 'head') or 0)
local seq = math.min(tonumber(ARGV[2]), head)
local former = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or 0)
if seq < 1 or (former <= head and former >= seq) then
    return 0
end
if former == 0 then
    local over = redis.call('ZCARD', KEYS[2]) + 1 - ARGV[3]
    if over > 0 then
        redis.call('ZREMRANGEBYRANK', KEYS[2], 0, over - 1)
    end
end
redis.call('ZADD', KEYS[2], seq, ARGV[1])
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return seq
