-- Functions on revoked tokens. Prepended to the scripts that use them, after sessions.lua.
--
-- The revocations of a user are a hash, and no entry counts after its `until`:
--   before          <time> <until>   all tokens issued before a time
--   t:<token id>    <until>          one token
--   f:<sid>         <until>          all tokens of a login
-- The revocations of an unknown user are a sorted set in every lane, of t:<token id> and f:<sid> by `until`.

local function in_force(till, now)
    return till and tonumber(till) > now
end

-- Returns the time before which tokens are revoked, and the time until which that counts; nothing if there is none.
local function issued_before(row, now)
    local before, till = string.match(row or '', '^(%d+) (%d+)$')
    if in_force(till, now) then return tonumber(before), tonumber(till) end
end

-- Returns whether a token is revoked. A token is {jti, iat, sid}, with '' where it has no `sid`.
local function is_revoked(of_user, of_lane, token, now)
    local names = {'t:' .. token.jti, token.sid ~= '' and 'f:' .. token.sid or nil}
    local row = redis.call('HMGET', of_user, 'before', unpack(names))
    local before = issued_before(row[1], now)
    if before and token.iat < before then return true end
    for i = 2, #row do
        if in_force(row[i], now) then return true end
    end
    for _, till in ipairs(redis.call('ZMSCORE', of_lane, unpack(names))) do
        if in_force(till, now) then return true end
    end
    return false
end

-- Returns the token that a row's session was opened with; nil if the row can't be read.
local function token_of(row)
    local readable, details = pcall(cjson.decode, string.match(row, '^1 %d+ %d+ %S+ (.*)$') or '')
    if not readable or type(details) ~= 'table' or type(details.jti) ~= 'string' then return nil end
    local sid = details.sid
    return {jti = details.jti, iat = tonumber(details.iat) or 0, sid = type(sid) == 'string' and sid or ''}
end

-- Returns the token in three arguments, the first of which has this index.
local function token_in(argv, i)
    return {jti = argv[i], iat = tonumber(argv[i + 1]), sid = argv[i + 2]}
end
