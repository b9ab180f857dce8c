-- Makes another user the author of one user's entries of a stream, a part of it at a time: an inbox may have 64 MB, and nothing
-- else happens in Redis meanwhile. The same rules are in AuthorChange.
-- KEYS    e:<stream>, w:<stream>, m:<stream>, c:<stream>, cp:<stream>, ss:<stream>, sk:<stream>
-- ARGV    1 the user   2 the other one   3 whose inbox the stream is, or ''   4 from which seq   5 after how many bytes of
--         entries, of this author or not, the part ends   6 what the part before said of what was received, or 0
-- Result  {how many entries changed, the seq to go on from or 0 at the end, the seq of the newest entry so far that the owner
--         wrote to the user or 0}
-- Promise An entry keeps its place, its id, its time and its text. An inbox whose owner has no conversation with the user is not
--         read: else each deletion would read all inboxes.
local CHUNK = 16
local MESSAGE_VERSION, TRIMMED = 2, 5 -- see EntryRow and EntryState
local USERNAME = ',"username":"'

local entries, conversations, user, other, owner = KEYS[1], KEYS[4], ARGV[1], ARGV[2], ARGV[3]
if owner ~= '' and redis.call('HEXISTS', conversations, user) == 0 then
    return {0, 0, 0}
end
local left, received = tonumber(ARGV[5]), tonumber(ARGV[6])
local head = tonumber(redis.call('HGET', KEYS[3], 'head') or 0)
local first = head - redis.call('LLEN', entries) + 1
local was, becomes = '"userId":"' .. user .. '"', '"userId":"' .. other .. '"'

-- The name stands right behind the author.
local function without_username(rest)
    if string.sub(rest, 1, #USERNAME) ~= USERNAME then
        return rest
    end
    local last = #USERNAME + 1
    while string.sub(rest, last, last) ~= '"' do
        last = last + (string.sub(rest, last, last) == '\\' and 2 or 1)
    end
    return string.sub(rest, last + 1)
end

local function disowned(body)
    local first, last = string.find(body, was, 1, true)
    if not first then
        return body
    end
    return string.sub(body, 1, first - 1) .. becomes .. without_username(string.sub(body, last + 1))
end

local changed, own, counted, lowest = 0, 0, 0, nil -- of them the newest of the conversation, those that are no gaps, the oldest

local function disown(from, to)
    local bytes = 0
    for i, row in ipairs(redis.call('LRANGE', entries, from, to)) do
        local index = from + i - 1
        bytes = bytes + #row
        if string.byte(row) == MESSAGE_VERSION then
            local epoch, stored, state, by, at, bars, author, id, body =
                struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
            if author == user then
                redis.call('LSET', entries, index, string.sub(row, 1, 1)
                    .. struct.pack('>I2c0i8Bi8i8I2c0I2c0I2c0', #epoch, epoch, stored, state, by, at,
                        #bars, bars, #other, other, #id, id)
                    .. disowned(string.sub(row, body)))
                changed = changed + 1
                counted = counted + (state == TRIMMED and 0 or 1)
                lowest = lowest or first + index
                own = other_in(row, owner) == user and first + index or own
            elseif other_in(row, owner) == user then
                received = first + index
            end
        end
    end
    return bytes
end

-- The shares of a full inbox (inbox_place.lua): else they are counted again, over all entries, by the next append.
local function pass_shares()
    for _, shares in ipairs({KEYS[6], KEYS[7]}) do
        if counted > 0 and redis.call('ZSCORE', shares, user) then
            redis.call('ZINCRBY', shares, -counted, user)
            redis.call('ZREMRANGEBYSCORE', shares, '-inf', 0)
            redis.call('ZINCRBY', KEYS[6], counted, other)
            redis.call('PEXPIRE', KEYS[6], redis.call('PTTL', KEYS[3]))
        end
    end
    local from = tonumber(redis.call('HGET', KEYS[3], 'gone_from') or 0)
    if lowest and lowest < from then
        redis.call('HSET', KEYS[3], 'gone_from', lowest)
    end
end

local function newest(of)
    return tonumber(redis.call('HGET', conversations, of) or 0)
end

local seq = math.max(first, tonumber(ARGV[4]))
while seq <= head and left > 0 do
    local to = math.min(seq + CHUNK - 1, head)
    left = left - disown(seq - first, to - first)
    seq = to + 1
end
if changed > 0 then
    redis.call('HDEL', KEYS[2], user)
    redis.call('ZREM', KEYS[5], user)
    pass_shares()
end
if own > newest(other) then
    redis.call('HSET', conversations, other, own)
end
if seq > head and newest(user) > 0 then
    if received >= first then
        redis.call('HSET', conversations, user, received)
    else
        redis.call('HDEL', conversations, user)
    end
end
return {changed, seq <= head and seq or 0, received}
