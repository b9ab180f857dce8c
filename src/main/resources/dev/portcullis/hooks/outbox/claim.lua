-- Claims the oldest events of a lane.
-- KEYS    hq, hc
-- ARGV    who takes them, for how long in ms, how many at most, how many bytes at most
-- Result  rows, oldest first; none if there are none or if another one has them
-- Promise One taker at a time, unless its time is over.
local CHUNK = 16
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[1] then
    return {}
end
local most, bytes, rows, at = tonumber(ARGV[3]), tonumber(ARGV[4]), {}, 0
repeat
    local chunk = redis.call('LRANGE', KEYS[1], at, at + CHUNK - 1)
    for _, row in ipairs(chunk) do
        bytes = bytes - #row
        if #rows == most or bytes < 0 and #rows > 0 then
            chunk = {}
            break
        end
        rows[#rows + 1] = row
    end
    at = at + CHUNK
until #chunk < CHUNK
if #rows > 0 then
    redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
end
return rows
