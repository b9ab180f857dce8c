-- The rest of the script checks the call, and appends the cut-off with the row of the revocation (see RevocationRows), in one
-- atomic step.

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
local kind, value = ARGV[1], ARGV[2] or ''
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
if kind == 'before' then
    if value == '' then value = string.format('%.0f', now) end
    if not string.match(value, '^%d+$') or tonumber(value) > now + 60000 then
        return redis.error_reply('ERR before must be a time in milliseconds, at most a minute ahead')
    end
    value = string.format('%.0f', tonumber(value))
elseif kind ~= 'jti' and kind ~= 'sid' or value == '' or #value > 1024 then
    return redis.error_reply('ERR the arguments must be jti, sid or before, and its value')
end

local function key(part)
    return 'pc:{' .. lane .. '}:' .. part
end

local rows = key('revocations:' .. user)

-- Appends a cut-off, which is an object without its opening brace, and writes the row of the revocation with it.
local function revoke(fields, name, till, before)
    local former = redis.call('ZRANGEBYLEX', rows, '[' .. name .. '\0', '(' .. name .. '\1')[1] or ''
    local former_till, former_before = string.match(former, '%z%[(%d+),(%w+)')
    local row = string.format('[%.0f,%s]', math.max(till, tonumber(former_till) or 0),
        before and string.format('%.0f', math.max(before, tonumber(former_before) or 0)) or 'null')
    local stream = 'cutoffs:' .. lane
    local body = fields .. ',"userId":' .. cjson.encode(user) .. '}'
    local fresh = string.sub(redis.sha1hex(table.concat(redis.call('TIME'), '.') .. KEYS[1] .. value), 1, 16)
    local stored = append(
        {key('lane'), key('moved'), key('ka'), key('kb'), key('m:' .. stream), key('e:' .. stream), key('b:' .. stream),
            key('bc:' .. stream), rows},
        {'0', fresh, stream, '9223372036854775807', CUTOFFS_KEPT, CUTOFFS_AGE_MS, struct.pack('>i8I2', now, 0) .. body,
            '', '', '', '', '0', '\1', '', '0', '', '', '', '', '', '', '', '',
            '9', name, 'put', row, '9', '', 'expire', string.format('%.0f', till - now), '0', '2'})
    if stored[1] ~= 'stored' then
        error('the cut-off was not appended: ' .. stored[1])
    end
end

local function revoke_before(time)
    local fields = string.format('"type":"user_cut_off","v":1,"issuedBefore":%.0f,"cause":"revoked"', time)
    revoke(fields, 'before', math.max(now, time) + KEEP_MS, time)
end

if kind == 'before' then
    revoke_before(tonumber(value))
    return redis.status_reply('OK')
end
local id = string.gsub(string.gsub(value, '[^%w.*_ -]', function(each)
    return string.format('%%%02X', string.byte(each))
end), ' ', '+')
local by = kind == 'sid' and ',"by":"sid"' or ''
revoke('"type":"token_revoked","v":1,"tokenId":' .. cjson.encode(value) .. by, kind .. ':' .. id, now + KEEP_MS)

-- The bound of RevocationStep: too many single ones become one of all tokens that the user has by now.
local singles = {}
for _, row in ipairs(redis.call('ZRANGE', rows, 0, -1)) do
    if tonumber(string.match(row, '%z%[(%d+)')) <= now then
        redis.call('ZREM', rows, row)
    elseif string.sub(row, 1, 7) ~= 'before\0' then
        singles[#singles + 1] = row
    end
end
if #singles > tonumber(PER_USER) then
    for _, row in ipairs(singles) do redis.call('ZREM', rows, row) end
    revoke_before(now + 1)
end
return redis.status_reply('OK')
