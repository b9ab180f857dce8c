-- Counts one login in all of its windows or in none, or takes one back. SlidingWindow is the same rule in Java; one
-- contract test runs against both.
--
-- KEYS    the windows, all of one lane
-- ARGV 1  now in milliseconds (0: Redis's clock)    2  the length of a window    3  the length of its steps
--      4  1 to count; 0 to read only; -1 to take back one of the last counts
--      5… for each window how many may count at a time
-- Result  0 if one more fits into all windows, and is counted; otherwise the milliseconds until it does. With -1, 1 if there was
--         a count in the first window, or 0
-- Promise No two concurrent attempts take the same slot. A refused attempt counts nowhere. A window expires when nothing
--         in it counts.
--
-- A window is one string: cells, oldest first, each a time and an amount. Counts within one step share a cell, which
-- leaves when its latest count is as old as the window is long.

local CELL, SIZE = '<I6I4', 10

local now, length, step = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local counts, takesBack = ARGV[4] == '1', ARGV[4] == '-1'
if now == 0 then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Returns the cells that still count, their sum, and the time, which never runs back for a window.
local function read(key)
    local record = redis.call('GET', key) or ''
    local last = #record > 0 and struct.unpack(CELL, record, #record - SIZE + 1) or 0
    if last > now + length then
        return {}, 0, now -- the clock ran ahead, which must not refuse logins for longer than a window
    end
    local at, cells, sum = math.max(now, last), {}, 0
    for offset = 1, #record, SIZE do
        local time, amount = struct.unpack(CELL, record, offset)
        if at - time < length then
            cells[#cells + 1] = {time, amount}
            sum = sum + amount
        end
    end
    return cells, sum, at
end

local function wait(cells, excess)
    local index = 0
    repeat
        index = index + 1
        excess = excess - cells[index][2]
    until excess <= 0
    return cells[index][1] + length - now
end

local function write(key, cells, at)
    if #cells == 0 then
        redis.call('DEL', key)
        return
    end
    local packed = {}
    for _, cell in ipairs(cells) do
        packed[#packed + 1] = struct.pack(CELL, cell[1], cell[2])
    end
    redis.call('SET', key, table.concat(packed), 'PX', math.max(1, at + length - now))
end

if takesBack then
    local taken = 0
    for i, key in ipairs(KEYS) do
        local cells = read(key)
        local newest = cells[#cells]
        if newest then
            taken = i == 1 and 1 or taken
            newest[2] = newest[2] - 1
            if newest[2] == 0 then
                cells[#cells] = nil
            end
        end
        write(key, cells, #cells > 0 and cells[#cells][1] or now)
    end
    return taken
end

local longest, windows = 0, {}
for i, key in ipairs(KEYS) do
    local cells, sum, at = read(key)
    local excess = sum + 1 - tonumber(ARGV[4 + i])
    if excess > 0 then
        longest = math.max(longest, wait(cells, excess))
    end
    windows[i] = {cells, at}
end
if longest > 0 or not counts then
    return longest
end

for i, key in ipairs(KEYS) do
    local cells, at = windows[i][1], windows[i][2]
    local newest = cells[#cells]
    if newest and math.floor(newest[1] / step) == math.floor(at / step) then
        newest[1], newest[2] = at, newest[2] + 1
    else
        cells[#cells + 1] = {at, 1}
    end
    write(key, cells, at)
end
return 0
