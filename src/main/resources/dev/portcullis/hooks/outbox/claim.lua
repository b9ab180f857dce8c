-- Claims the oldest events of a queue. Puts an event aside if others of its key wait there.
-- KEYS    hq or ha, the taker of its events; then the keys of aside.lua and of the outbox
-- ARGV    now (0: Redis's clock), the taker, the time of the claim in ms, the most events, the most bytes; then the arguments of
--         the outbox
-- Result  rows, oldest first; none if there are none or if another taker has them
-- Promise One taker has the events at a time, unless its time is over.
local CHUNK, MOST_SWEPT = 16, 500
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[2] then
    return {}
end
local sweeps = KEYS[1] ~= aside.queue and redis.call('EXISTS', aside.keys) == 1
local swept, oldest = 0, sweeps and redis.call('LINDEX', KEYS[1], 0)
while oldest and swept < MOST_SWEPT and aside.has(oldest) do
    aside.add(redis.call('LPOP', KEYS[1]), store_time(ARGV[1]))
    swept, oldest = swept + 1, redis.call('LINDEX', KEYS[1], 0)
end
local most, bytes, rows, at = tonumber(ARGV[4]), tonumber(ARGV[5]), {}, 0
repeat
    local chunk = redis.call('LRANGE', KEYS[1], at, at + CHUNK - 1)
    for _, row in ipairs(chunk) do
        bytes = bytes - #row
        if #rows == most or bytes < 0 and #rows > 0 or sweeps and aside.has(row) then
            chunk = {}
            break
        end
        rows[#rows + 1] = row
    end
    at = at + CHUNK
until #chunk < CHUNK
if #rows > 0 then
    redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
end
return rows
