-- Functions on uploads. Prepended to the scripts that use them, which all have the same keys, of one lane:
--   1 a hash of id and row: 1 <state> <owner> <size> <due at> <ticket hash> <what scripts do not read>
--   2 the ids, by the time at which they are due
--   3 a hash of sums: 'bytes <owner>' of all their uploads, 'pending <owner>' of those that are not kept yet
local ROWS, DUE, USAGE = unpack(KEYS)
local PENDING = {issued = 1, receiving = 1}

-- The upload of an id, or nil.
local function find(id)
    local row = redis.call('HGET', ROWS, id)
    if not row then return nil end
    local state, owner, size, due, hash, rest = string.match(row, '^1 (%l+) (%S+) (%d+) (%d+) (%S+) (.+)$')
    if not state then error('an upload can not be read') end
    return {id = id, state = state, owner = owner, size = size, due = tonumber(due), hash = hash, rest = rest, row = row}
end

local function add(field, number)
    if number ~= 0 and redis.call('HINCRBY', USAGE, field, number) == 0 then redis.call('HDEL', USAGE, field) end
end

local function count(upload, sign)
    add('bytes ' .. upload.owner, sign * tonumber(upload.size))
    add('pending ' .. upload.owner, sign * (PENDING[upload.state] or 0))
end

-- The state in which an upload ends: one whose ticket was not used has no room on a disk.
local function ending(upload)
    if upload.state == 'issued' or upload.state == 'lapsing' then return 'lapsing' end
    return 'ending'
end

-- Changes the state of an upload, and returns its row.
local function change(upload, state, due)
    count(upload, -1)
    upload.state = state
    count(upload, 1)
    local row = table.concat({'1', state, upload.owner, upload.size, due, upload.hash, upload.rest}, ' ')
    redis.call('HSET', ROWS, upload.id, row)
    redis.call('ZADD', DUE, due, upload.id)
    return row
end
