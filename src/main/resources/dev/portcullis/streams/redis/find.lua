-- Finds a message among the newest entries of a stream. Writes nothing.
-- KEYS    m:<stream>, e:<stream>
-- ARGV    now (0: Redis's clock), the message's id, before which seq, how many entries may be looked at, after how many bytes
--         of entries the search ends
-- Result  {how many of the entries looked at amended it, its seq, its row} or
--         {that number, before which seq to go on or 0, '', how many were looked at}
local now, id, before, left, most = store_time(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local meta = redis.call('HMGET', KEYS[1], 'head', 'age')
local head = tonumber(meta[1] or 0)
local newest = math.min(before, head + 1) - head - 2 -- an index of the end
local index, row, edits = find_message(KEYS[2], id, newest, left, most)
if not index then
    local looked = newest - row
    local unread = looked > 0 and looked < left and redis.call('LLEN', KEYS[2]) > -row - 1
    return {edits, unread and head + 2 + row or 0, '', looked}
end
local _, stored = struct.unpack('>I2c0i8', row, 2)
if stored < now - tonumber(meta[2] or 0) then
    return {edits, 0, '', 0}
end
return {edits, head + 1 + index, row}
