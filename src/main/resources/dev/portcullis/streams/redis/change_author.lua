-- Replaces rows of a stream by the same rows without a deleted user, as AuthorChange made them.
-- KEYS    e:<stream>, w:<stream>, m:<stream>, ci:<stream>, cp:<stream>, ss:<stream>, sk:<stream>
-- ARGV    1 the author   2 the other author   3 '1' if the stream is an inbox   4 for each row, in their order: its seq, the row
--         up to its body as it was read, and the row as it becomes
-- Result  how many rows were replaced
-- Promise A row that is not as it was read is left. In an inbox, what lies beside the rows follows in the same step.
local TRIMMED = 5 -- see EntryState

local entries, conversations, author, other, of_inbox = KEYS[1], KEYS[4], ARGV[1], ARGV[2], ARGV[3] == '1'
local first = tonumber(redis.call('HGET', KEYS[3], 'head') or 0) - redis.call('LLEN', entries) + 1
local changed, counted, lowest = 0, 0, nil -- the number of rows, the number of those that are no gaps, the oldest

for i = 4, #ARGV, 3 do
    local seq, as_read, becomes = tonumber(ARGV[i]), ARGV[i + 1], ARGV[i + 2]
    local row = seq >= first and redis.call('LINDEX', entries, seq - first)
    if row and string.sub(row, 1, #as_read) == as_read then
        redis.call('LSET', entries, seq - first, becomes)
        if of_inbox then
            replace_in_conversations(conversations, author, other, seq, row, becomes)
        end
        local _, _, state = struct.unpack('>I2c0i8B', row, 2)
        changed, counted, lowest = changed + 1, counted + (state == TRIMMED and 0 or 1), lowest or seq
    end
end

-- Passes the shares of a full inbox on (inbox_place.lua). Without this, the next append would count them again, over all entries.
local function pass_shares()
    local shares = redis.call('ZSCORE', KEYS[6], author) and KEYS[6] or KEYS[7]
    if counted > tonumber(redis.call('ZSCORE', shares, author) or 0) then
        redis.call('HDEL', KEYS[3], 'shared') -- some were left out
    elseif counted > 0 then
        redis.call('ZINCRBY', shares, -counted, author)
        redis.call('ZREMRANGEBYSCORE', shares, '-inf', 0)
        redis.call('ZINCRBY', KEYS[6], counted, other)
        redis.call('PEXPIRE', KEYS[6], redis.call('PTTL', KEYS[3]))
    end
    local from = tonumber(redis.call('HGET', KEYS[3], 'gone_from') or 0)
    if lowest and lowest < from then
        redis.call('HSET', KEYS[3], 'gone_from', lowest)
    end
end

if changed > 0 then
    redis.call('HDEL', KEYS[2], author)
    redis.call('ZREM', KEYS[5], author)
    pass_shares()
end
return changed
