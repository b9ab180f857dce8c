-- Reads the heads of streams. Writes nothing.
-- KEYS    for each stream: lane, m:<stream>
-- ARGV    now (0: Redis's clock)
-- Result  for each stream {} if its lane must be forked first, by fork.lua; otherwise
--         {epoch, head, laneSeq, last positions of former epochs as `epoch:seq`}
-- Promise All answers are of one moment.
local now, id = store_time(ARGV[1]), server()
local lanes = {}

local function lane_of(key)
    if not lanes[key] then
        lanes[key] = check_form(redis.call('HMGET', key, 'id', 'fork', 'void', 'v'))
    end
    return lanes[key]
end

local heads = {}
for i = 1, #KEYS, 2 do
    local lane = lane_of(KEYS[i])
    if lane[ID] ~= id then
        heads[#heads + 1] = {}
    else
        local meta = meta_of(KEYS[i + 1], KEYS[i], lane, now)
        heads[#heads + 1] = {meta.epoch, meta.head, meta.lane_seq, meta.formers}
    end
end
return heads
