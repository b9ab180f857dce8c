-- Makes another user the author of one user's entries of a stream. The same rules are in AuthorChange.
-- KEYS    e:<stream>, w:<stream>, m:<stream>, c:<stream>, cp:<stream>
-- ARGV    the user, the other one, whose inbox the stream is or ''
-- Result  how many entries changed
-- Promise An entry keeps its place, its id, its time and its text.
local CHUNK = 64
local MESSAGE_VERSION = 2
local USERNAME = ',"username":"'

local entries, user, other, owner = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
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

local changed = 0
local own, received -- the index of the newest entry of the user, and of the newest one that the owner wrote to them
for from = 0, redis.call('LLEN', entries) - 1, CHUNK do
    for i, row in ipairs(redis.call('LRANGE', entries, from, from + CHUNK - 1)) do
        if string.byte(row) == MESSAGE_VERSION then
            local epoch, stored, state, by, at, bars, author, id, body =
                struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
            if author == user then
                redis.call('LSET', entries, from + i - 1, string.sub(row, 1, 1)
                    .. struct.pack('>I2c0i8Bi8i8I2c0I2c0I2c0', #epoch, epoch, stored, state, by, at,
                        #bars, bars, #other, other, #id, id)
                    .. disowned(string.sub(row, body)))
                changed = changed + 1
                own = other_in(row, owner) == user and from + i - 1 or own
            elseif other_in(row, owner) == user then
                received = from + i - 1
            end
        end
    end
end
if changed > 0 then
    redis.call('HDEL', KEYS[2], user)
    redis.call('ZREM', KEYS[5], user)
    redis.call('HDEL', KEYS[3], 'shared')
    local first = tonumber(redis.call('HGET', KEYS[3], 'head') or 0) - redis.call('LLEN', entries) + 1
    if redis.call('HEXISTS', KEYS[4], user) == 1 then
        if received then
            redis.call('HSET', KEYS[4], user, first + received)
        else
            redis.call('HDEL', KEYS[4], user)
        end
        redis.call('HSET', KEYS[4], other, math.max(first + (own or -first), tonumber(redis.call('HGET', KEYS[4], other) or 0)))
    end
end
return changed
