-- Finds a message among the newest entries of a stream.
-- KEYS    lane, m:<stream>, e:<stream>, ix:<stream>
-- ARGV    now (0: Redis's clock), a fresh epoch, the message's id, how many entries are searched, the most bytes of entries that
--         are read
-- Result  {its seq, its row, how many entries amended it}, {0} if there is none, or {-1} if the call has to be repeated
-- Promise Writes only forks and the index, which only describe the entries.
local now = store_time(ARGV[1])
local lane = check_form(redis.call('HMGET', KEYS[1], 'id', 'fork', 'void', 'voided', 'v'))
refresh_lane(KEYS[1], lane, server(), now, ARGV[2])
local meta = meta_of(KEYS[2], KEYS[1], lane, now)
local at, row, edits = indexed_message(KEYS[3], KEYS[4], meta, ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]))
if not at then
    return {row and -1 or 0}
end
local _, stored = struct.unpack('>I2c0i8', row, 2)
if stored < now - meta.age then
    return {0}
end
return {meta.head + 1 + at, row, edits}
