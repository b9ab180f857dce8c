-- Adds an item to sets of items that were seen lately, removes it or all items, or looks for it. RecentItems is the same rule in
-- Java; one contract test runs against both.
--
-- KEYS    the sets, all of one lane
-- ARGV 1  now in milliseconds (0: Redis's clock)    2  add, remove, clear or has    3  the item, 11 characters
--      4… for each set how many items it holds, and how many milliseconds an item stays
-- Result  add: for each set that the item was added to, the milliseconds until the set is no longer full, 0 if it is not; has:
--         1 or 0; remove: nothing
-- Promise A set never holds more than it may, and expires with its last item. An item is added up to the first set that is
--         full of others.
--
-- A set is one string: items, the one seen longest ago first, each a time and the item.

local CELL, SIZE = '<I6c11', 17

local now, operation, item = tonumber(ARGV[1]), ARGV[2], ARGV[3]
if now == 0 then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Returns the cells of all other items that still count, the time at which this item was seen if it still counts, and the time.
local function read(key, length)
    local record = redis.call('GET', key) or ''
    local last = #record > 0 and struct.unpack(CELL, record, #record - SIZE + 1) or 0
    if last > now + length then
        record = '' -- the clock ran ahead, which must not make a set last for longer than its length
        last = 0
    end
    local at, others, seen = math.max(now, last), {}, nil
    for offset = 1, #record, SIZE do
        local time, name = struct.unpack(CELL, record, offset)
        if at - time < length then
            if name == item then
                seen = time
            else
                others[#others + 1] = {time, name}
            end
        end
    end
    return others, seen, at
end

local function write(key, cells, at, length)
    if #cells == 0 then
        redis.call('DEL', key)
        return
    end
    local packed = {}
    for i, cell in ipairs(cells) do
        packed[i] = struct.pack(CELL, cell[1], cell[2])
    end
    redis.call('SET', key, table.concat(packed), 'PX', math.max(1, cells[#cells][1] + length - now))
end

local result = {}
for i, key in ipairs(KEYS) do
    local max, length = tonumber(ARGV[2 + 2 * i]), tonumber(ARGV[3 + 2 * i])
    local cells, seen, at = read(key, length)
    if operation == 'clear' then
        redis.call('DEL', key)
    elseif operation == 'has' then
        result[i] = seen and 1 or 0
    elseif operation == 'add' then
        local full = #cells >= max
        while #cells >= max do
            table.remove(cells, 1)
        end
        cells[#cells + 1] = {at, item}
        write(key, cells, at, length)
        result[i] = #cells < max and 0 or cells[1][1] + length - now
        if full then break end
    elseif seen then
        write(key, cells, at, length)
    end
end
return result
