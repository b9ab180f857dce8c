-- Puts the dead letters of a lane behind its waiting events.
-- KEYS    hq, hd
-- ARGV    the most dead letters to move
-- Result  how many were moved
local revived = 0
while revived < tonumber(ARGV[1]) do
    local letter = redis.call('LPOP', KEYS[2])
    if not letter then
        break
    end
    local _, _, rest = struct.unpack('>i8I2c0', letter)
    redis.call('RPUSH', KEYS[1], string.sub(letter, rest))
    revived = revived + 1
end
return revived
