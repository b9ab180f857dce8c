-- Registers sessions again that the store may have lost with its memory while their connections stayed open.
-- KEYS    1 the lane's revocations; then for each session its user's sessions, its user's revocations, the session's user
-- ARGV    now (0: Redis's clock); then for each session id, openedAt, expiresAt, the owner's incarnation, details, the
--         token's id, its iat, its sid or '', the user
-- Result  how many had been lost
-- Promise A session that is there does not change, an ended one stays ended, and none begins with a revoked token. The cap does
--         not apply: connected clients stay, and the next handshake finds the user at the cap or over it.
local now, lost = store_time(ARGV[1]), 0
local k = 2
for i = 2, #ARGV, 9 do
    local key, expires = KEYS[k], tonumber(ARGV[i + 2])
    local row = table.concat({'1', ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]}, ' ')
    if expires > now and not is_revoked(KEYS[k + 1], KEYS[1], token_in(ARGV, i + 5), now)
            and redis.call('HSETNX', key, ARGV[i], row) == 1 then
        keep_for(key, expires - now)
        index(KEYS[k + 2], ARGV[i + 8], expires - now)
        lost = lost + 1
    end
    k = k + 3
end
return lost
