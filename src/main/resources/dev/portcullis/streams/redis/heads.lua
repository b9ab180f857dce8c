-- Tells where streams stand. Writes nothing.
-- KEYS    for each stream: lane, m:<stream>
-- ARGV    now (0: Redis's clock)
-- Result  for each stream {} where its lane must be forked first, by fork.lua; else
--         {epoch, head, turn, former places as `epoch:seq`}
-- Promise All of one moment.
local now, id = store_time(ARGV[1]), server()
local lanes = {}

local function lane_of(key)
    if not lanes[key] then
        lanes[key] = understood(redis.call('HMGET', key, 'id', 'fork', 'void', 'v'))
    end
    return lanes[key]
end

local heads = {}
for i = 1, #KEYS, 2 do
    local lane = lane_of(KEYS[i])
    if lane[ID] ~= id then
        heads[#heads + 1] = {}
    else
        local place = place_of(KEYS[i + 1], KEYS[i], lane, now)
        heads[#heads + 1] = {place.epoch, place.head, place.turn, place.olds}
    end
end
return heads
