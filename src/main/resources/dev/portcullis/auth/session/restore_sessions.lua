-- Registers sessions again that the store may have lost with its memory while their connections stayed open.
-- KEYS    the sessions of users
-- ARGV    now (0: Redis's clock); then for each session: index of its key, id, openedAt, expiresAt, the owner's
--         incarnation, details
-- Result  how many had been lost
-- Promise A session that is there does not change, and an ended one stays ended. Ignores the cap: connected clients
--         stay, and the next handshake finds the user at the cap or over it.
local now, lost = store_time(ARGV[1]), 0
for i = 2, #ARGV, 6 do
    local key, expires = KEYS[tonumber(ARGV[i])], tonumber(ARGV[i + 3])
    local row = table.concat({'1', ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5]}, ' ')
    if expires > now and redis.call('HSETNX', key, ARGV[i + 1], row) == 1 then
        keep_for(key, expires - now)
        lost = lost + 1
    end
end
return lost
