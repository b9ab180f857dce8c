-- Registers sessions again that the store may have lost with its memory while their connections stayed open.
-- KEYS    for each session its user's sessions and the session's user; then the keys of the permit's rows (see permit.lua)
-- ARGV    now (0: Redis's clock); then for each session id, openedAt, expiresAt, the owner's incarnation, details, the user; then
--         the permit
-- Result  'restored'; 'changed': the permit does not hold, and nothing has changed
-- Promise A session that is there does not change, an ended one stays ended, and none begins under a permit that no longer holds.
--         The cap does not apply: connected clients stay, and the next handshake finds the user at the cap or over it.
local now, k = store_time(ARGV[1]), 1
if not permit.holds() then return 'changed' end
for i = 2, #ARGV, 6 do
    local key, expires = KEYS[k], tonumber(ARGV[i + 2])
    local row = table.concat({'1', ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]}, ' ')
    if expires > now and redis.call('HSETNX', key, ARGV[i], row) == 1 then
        keep_for(key, expires - now)
        index(KEYS[k + 1], ARGV[i + 5], expires - now)
    end
    k = k + 2
end
return 'restored'
