-- The rest of the script checks the call, revokes the tokens and publishes the cut-off, in one atomic step.

local KINDS = {jti = 't', sid = 'f', before = 'before'}

-- Returns the CRC-32 of a text, as zlib computes it.
local function crc32(text)
    local crc = bit.bnot(0)
    for i = 1, #text do
        crc = bit.bxor(crc, string.byte(text, i))
        for _ = 1, 8 do
            local odd = bit.band(crc, 1) == 1
            crc = bit.rshift(crc, 1)
            if odd then crc = bit.bxor(crc, 0xEDB88320) end
        end
    end
    return bit.bnot(crc)
end

local lane, user = string.match(KEYS[1] or '', '^pc:{(%d+)}:s:([A-Za-z0-9][A-Za-z0-9_.:@|+-]*)$')
if not lane or #user > 128 then
    return redis.error_reply('ERR the key must be pc:{LANE}:s:USER')
end
local own_lane = bit.band(crc32('inbox:' .. user), 255)
if tonumber(lane) ~= own_lane then
    return redis.error_reply('ERR the lane of this user is ' .. own_lane)
end
local kind, value = KINDS[ARGV[1] or ''], ARGV[2] or ''
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
if kind == 'before' then
    if value == '' then value = string.format('%.0f', now) end
    if not string.match(value, '^%d+$') or tonumber(value) > now + 60000 then
        return redis.error_reply('ERR before must be a time in milliseconds, at most a minute ahead')
    end
    value = string.format('%.0f', tonumber(value))
elseif not kind or value == '' or #value > 1024 then
    return redis.error_reply('ERR the arguments must be jti, sid or before, and its value')
end

local function key(part)
    return 'pc:{' .. lane .. '}:' .. part
end

-- Publishes a cut-off, which is an object without its opening brace.
local function publish(fields)
    local stream = 'cutoffs:' .. lane
    local body = fields .. ',"userId":' .. cjson.encode(user) .. '}'
    local fresh = string.sub(redis.sha1hex(table.concat(redis.call('TIME'), '.') .. KEYS[1] .. value), 1, 16)
    local stored = append(
        {key('lane'), key('moved'), key('ka'), key('kb'), key('m:' .. stream), key('e:' .. stream), key('b:' .. stream)},
        {'0', fresh, stream, '9223372036854775807', CUTOFFS_KEPT, CUTOFFS_AGE_MS, struct.pack('>i8I2', now, 0) .. body,
            '', '', '', '', '0', '\1', '', '0', '', '', '0', '0'})
    if stored[1] ~= 'stored' then
        error('the cut-off was not appended: ' .. stored[1])
    end
end

local function publish_before(time)
    publish('"type":"user_cut_off","v":1,"issuedBefore":' .. time .. ',"cause":"revoked"')
end

local ended = revoke({KEYS[1], key('v:' .. user)}, {'0', kind, value, KEEP_MS, ENDED_MS, PER_USER})
if kind == 'before' then
    publish_before(value)
else
    local by = kind == 'f' and ',"by":"sid"' or ''
    publish('"type":"token_revoked","v":1,"tokenId":' .. cjson.encode(value) .. by)
end
if ended[1] ~= '0' then
    publish_before(ended[1])
end
return (#ended - 1) / 2
