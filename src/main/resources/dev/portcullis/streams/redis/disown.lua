-- Makes another user the author of one user's entries in a stream, a part of the stream at a time: a stream may have many
-- megabytes, and nothing else happens in Redis meanwhile. The same rules are in AuthorChange.
-- KEYS    e:<stream>, w:<stream>, m:<stream>, ci:<stream>, cp:<stream>, ss:<stream>, sk:<stream>
-- ARGV    1 the user   2 the other user   3 the owner of the inbox that the stream is, or ''   4 the seq behind which to begin
--         5 the bytes of entries, of this author or not, after which the part ends
-- Result  {how many entries changed, the seq behind which to go on, or -1 at the end}
-- Promise An entry keeps its place, its id, its time and its text. Only the conversation with the user is read in an inbox.
local CHUNK = 16
local MESSAGE_VERSION, TRIMMED = 2, 5 -- see EntryRow and EntryState
local USERNAME = ',"username":"'

local entries, conversations, user, other, owner = KEYS[1], KEYS[4], ARGV[1], ARGV[2], ARGV[3]
local left = tonumber(ARGV[5])
local head = tonumber(redis.call('HGET', KEYS[3], 'head') or 0)
local first = head - redis.call('LLEN', entries) + 1
local was, becomes = '"userId":"' .. user .. '"', '"userId":"' .. other .. '"'

-- Removes the name, which stands right behind the author.
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
    local from, to = string.find(body, was, 1, true)
    if not from then
        return body
    end
    return string.sub(body, 1, from - 1) .. becomes .. without_username(string.sub(body, to + 1))
end

local changed, counted, lowest = 0, 0, nil -- the number of entries, the number of those that are no gaps, the oldest

-- Changes an entry. Returns how many bytes it has.
local function disown(seq)
    local row = redis.call('LINDEX', entries, seq - first)
    if string.byte(row) ~= MESSAGE_VERSION then
        return #row
    end
    local epoch, stored, state, by, at, bars, author, id, body = struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
    if author ~= user then
        return #row
    end
    local after = string.sub(row, 1, 1)
        .. struct.pack('>I2c0i8Bi8i8I2c0I2c0I2c0', #epoch, epoch, stored, state, by, at, #bars, bars, #other, other, #id, id)
        .. disowned(string.sub(row, body))
    redis.call('LSET', entries, seq - first, after)
    if owner ~= '' then
        conversation_index.replace(conversations, user, other, seq, row, after)
    end
    changed, counted, lowest = changed + 1, counted + (state == TRIMMED and 0 or 1), lowest or seq
    return #row
end

-- Returns up to CHUNK seqs behind a seq.
local function behind(seq)
    if owner ~= '' then
        return (conversation_index.read(conversations, user, true, seq, CHUNK))
    end
    local seqs, from = {}, math.max(seq + 1, first)
    for at = from, math.min(from + CHUNK - 1, head) do
        seqs[#seqs + 1] = at
    end
    return seqs
end

-- Passes the shares of a full inbox on (inbox_place.lua). Without this, the next append would count them again, over all entries.
local function pass_shares()
    local shares = redis.call('ZSCORE', KEYS[6], user) and KEYS[6] or KEYS[7]
    if counted > tonumber(redis.call('ZSCORE', shares, user) or 0) then
        redis.call('HDEL', KEYS[3], 'shared') -- some were left out
    elseif counted > 0 then
        redis.call('ZINCRBY', shares, -counted, user)
        redis.call('ZREMRANGEBYSCORE', shares, '-inf', 0)
        redis.call('ZINCRBY', KEYS[6], counted, other)
        redis.call('PEXPIRE', KEYS[6], redis.call('PTTL', KEYS[3]))
    end
    local from = tonumber(redis.call('HGET', KEYS[3], 'gone_from') or 0)
    if lowest and lowest < from then
        redis.call('HSET', KEYS[3], 'gone_from', lowest)
    end
end

local seq, seqs = tonumber(ARGV[4]), nil
repeat
    seqs = behind(seq)
    for _, at in ipairs(seqs) do
        if left > 0 then
            left = at >= first and at <= head and left - disown(at) or left
            seq = at
        end
    end
until left <= 0 or #seqs < CHUNK
if changed > 0 then
    redis.call('HDEL', KEYS[2], user)
    redis.call('ZREM', KEYS[5], user)
    pass_shares()
end
return {changed, left <= 0 and seq or -1}
