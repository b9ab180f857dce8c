-- Checks one attempt against all windows that apply to it, and counts it in all of them or in none; its bytes count in any
-- case. LimitPolicy is the same rule in Java; a test compares the two.
--
-- KEYS    the usage records of the attempt, all of one lane: of a user, of one of the user's actions, of an address;
--         after the records of a user, the times of the user's blocks
-- ARGV 1  now in milliseconds (0: Redis's clock)
--      2  the attempt's weight in the window of bytes
--      3  length of the first block after a burst           4  of the first block after a minute's frames or bytes
--      5  how long after its end a block is remembered      6  maximum length of a block; 0: a violation begins none
--      7  how many blocks of the first record, that of the user, make a ban; 0: none   8  the time within which they count
--      9  1 if a block began on the user's connection, which counts like one that begins here
--      10… five for each record: the attempt's weight in its windows of frames, and the limits of its windows of a
--         burst, a minute, an hour, bytes; 0: the window does not apply to the attempt and stays as it is; negative:
--         the limit only observes
-- Result  nothing if the attempt is granted and counted, and that is all; otherwise {record, window, wait, penalty,
--         observed…}: the indexes of the record and the window that refuse the same attempt the longest (0: none), for
--         how many milliseconds; 1 if the attempt began a block, 2 if it is time to ban the user, or 0; then record and
--         window of each limit that the granted attempt exceeds and that only observes
-- Promise No two concurrent attempts take the same slot. An attempt that exceeds limits begins a block on each record
--         where it exceeded one, if blocks are configured and none is active. A refused attempt counts its bytes and
--         nothing else. A block refuses attempts to which its window applies. An attempt that exceeds a limit which only
--         observes counts in the other limits. A record expires when nothing in it counts.
--
-- A usage record is one string: its format; its block (window, end, strikes); when it last counted; for each window the
-- number of its cells, and their sum; then the cells, oldest first: the low bits of a time, and an amount. Counts within
-- one step of a window share a cell, which leaves when its latest count is as old as the window is long. A record of a
-- format that this release does not know fails the script. Until it expires, its user is treated as if the store were
-- down: refused, unless the config opens the action.

local FORMAT = 1
local BLOCK, BLOCK_SIZE = '<BBI6B', 9
local HEAD, HEAD_SIZE = '<BBI6BI6BI4BI4BI4BI4', 35
local CELL, CELL_SIZE = '<I3I4', 7
local WRAP = 2 ^ 24 -- ms: 4.6 hours; no cell is older than two
local LENGTH = {1000, 60000, 3600000, 60000}
local STEP = {100, 1000, 60000, 1000}
local HOUR, BYTES = 3, 4
local MAX_STRIKES = 20
local MAX_SUM = 2 ^ 31 - 1 -- refused bytes count without a bound
local GRACE = 60000 -- a clock handed in may stand while that of Redis, which expires the records, runs

local now, grace = tonumber(ARGV[1]), GRACE
if now == 0 then
    grace = 0
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local remembered, longest = tonumber(ARGV[5]), tonumber(ARGV[6])
local RECORDS = (#ARGV - 9) / 5

-- Returns the record at this key, and its head: format, window, end, strikes, last, then a count and a sum per window.
local function read(key)
    local record = redis.call('GET', key)
    if record then
        local head = {struct.unpack(HEAD, record)}
        if head[1] ~= FORMAT then
            error('a usage record has a format that this version does not know')
        end
        if math.max(head[3], head[5]) <= now + LENGTH[HOUR] then
            return record, head
        end -- otherwise the clock ran hours ahead, which must not refuse users for hours
    end
    return '', {FORMAT, 1, 0, 0, now, 0, 0, 0, 0, 0, 0, 0, 0}
end

-- Skips the cells that are too old. Returns the offset of the others, their number, and their sum.
local function forget(record, offset, live, sum, at, length)
    while live > 0 do
        local time, amount = struct.unpack(CELL, record, offset)
        if (at - time) % WRAP < length then
            break
        end
        offset, live, sum = offset + CELL_SIZE, live - 1, sum - amount
    end
    return offset, live, sum
end

-- Returns the age of the cell whose leaving frees enough for the excess.
local function age_of_freeing_cell(record, offset, excess, at)
    local time, amount
    repeat
        time, amount = struct.unpack(CELL, record, offset)
        offset, excess = offset + CELL_SIZE, excess - amount
    until excess <= 0
    return (at - time) % WRAP
end

-- Returns the cells that still count, from this offset on.
local function live_cells(record, offset, live)
    return record:sub(offset, offset + live * CELL_SIZE - 1)
end

-- Returns the live cells with one more count, and their number. A count in the step of the newest cell joins it. The windows
-- of a record do not all count the same attempts, so the newest cell of each tells when that window counted last.
local function count(record, offset, live, weight, at, step)
    if live > 0 then
        local time, before = struct.unpack(CELL, record, offset + (live - 1) * CELL_SIZE)
        local last = at - (at - time) % WRAP
        if at - at % step == last - last % step then
            live, weight = live - 1, before + weight
        end
    end
    return live_cells(record, offset, live) .. struct.pack(CELL, at % WRAP, weight), live + 1
end

-- Returns the longest block for these waits. It never ends before its window is free.
local function block(head, waits)
    local before = now < head[3] + remembered and head[4] or 0
    local window, ends = 0, 0
    for w = 1, 4 do
        local wait = waits[w]
        if wait then
            local first = w == HOUR and wait or tonumber(ARGV[w == 1 and 3 or 4])
            local this = now + math.max(math.min(longest, first * 2 ^ before), wait)
            if this > ends then
                window, ends = w, this
            end
        end
    end
    return window, ends, math.min(before + 1, MAX_STRIKES)
end

local refusal, blocked, penalty = {0, 0, 0}, false, 0
local function refuse(m, w, wait)
    if wait > refusal[3] then
        refusal = {m, w, wait}
    end
end

local function limit_of(m, w)
    return tonumber(ARGV[5 + 5 * m + w])
end

-- Begins a record: its head, its cells, and the time until which they count.
local function new_record(head, at, ends)
    local copy = {unpack(head)}
    copy[5] = at
    return {head = copy, cells = {'', '', '', ''}, latest = ends}
end

local function set_window(updated, w, cells, live, sum, latest)
    updated.head[4 + 2 * w], updated.head[5 + 2 * w], updated.cells[w] = live, sum, cells
    if live > 0 then
        updated.latest = math.max(updated.latest, latest)
    end
end

-- Counts a block. Returns whether it is time to ban the user. The list holds only as many times as matter, newest first.
local function count_block()
    local enough, within, key = tonumber(ARGV[7]), tonumber(ARGV[8]), KEYS[RECORDS + 1]
    if enough == 0 then
        return false
    end
    redis.call('LPUSH', key, now)
    redis.call('LTRIM', key, 0, enough - 1)
    redis.call('PEXPIRE', key, within + grace)
    local oldest = redis.call('LINDEX', key, enough - 1)
    return oldest and tonumber(oldest) > now - within
end

-- Writes by `redis.call`, or by `redis.pcall` where the verdict does not depend on it: a full Redis refuses writes.
local function write(call, key, updated)
    local head = updated.head
    local expiry = math.max(updated.latest, head[3] + remembered) - now
    if head[6] + head[8] + head[10] + head[12] == 0 and head[3] + remembered <= now then
        return -- an address takes no memory if it only exceeds limits that observe
    end
    call('SET', key, struct.pack(HEAD, unpack(head)) .. table.concat(updated.cells), 'PX', math.max(1, expiry) + grace)
end

local granted, refused, over, bytes_wait, observed = {}, {}, {}, {}, {}
for m = 1, RECORDS do
    local record, head = read(KEYS[m])
    local last, frames = head[5], tonumber(ARGV[5 + 5 * m])
    local at = math.max(now, last) -- time never runs back for a record
    local offset = HEAD_SIZE + 1
    granted[m], refused[m] = new_record(head, at, 0), new_record(head, at, 0)
    over[m], bytes_wait[m] = {}, false
    if head[3] > now and limit_of(m, head[2]) >= 0 then
        blocked = true
        if limit_of(m, head[2]) > 0 then
            refuse(m, head[2], head[3] - now)
        end
    end
    for w = 1, 4 do
        local live, sum, length = head[4 + 2 * w], head[5 + 2 * w], LENGTH[w]
        local next_offset = offset + live * CELL_SIZE
        if at - last >= length then
            offset, live, sum = next_offset, 0, 0
        else
            offset, live, sum = forget(record, offset, live, sum, at, length)
        end
        local max, observes = math.abs(limit_of(m, w)), limit_of(m, w) < 0
        local cells_left = live_cells(record, offset, live)
        set_window(granted[m], w, cells_left, live, sum, last + length)
        set_window(refused[m], w, cells_left, live, sum, last + length)
        if max > 0 then
            local weight = w == BYTES and tonumber(ARGV[2]) or frames
            local amount = math.min(weight, max) -- a larger amount counts as the limit, so it fits into an empty window
            local excess = sum + amount - max
            if excess > 0 and observes then
                observed[#observed + 1] = {m, w}
            elseif excess > 0 then
                over[m][w] = at - now + length - age_of_freeing_cell(record, offset, excess, at)
                refuse(m, w, over[m][w])
            end
            if excess <= 0 or w == BYTES then
                weight = math.min(weight, MAX_SUM - sum)
                local cells, more = count(record, offset, live, weight, at, STEP[w])
                set_window(granted[m], w, cells, more, sum + weight, at + length)
                if w == BYTES then
                    set_window(refused[m], w, cells, more, sum + weight, at + length)
                    excess = sum + weight + amount - max
                    if observes then
                        bytes_wait[m] = false
                    elseif excess > 0 then
                        bytes_wait[m] = at - now + length - age_of_freeing_cell(cells, 1, excess, at)
                    else
                        bytes_wait[m] = 0
                    end
                end
            end
        end
        offset = next_offset
    end
end

-- Takes an attempt that exceeds a limit out of the windows of frames whose limits only observe.
local function uncount_observed(m)
    for w = 1, 3 do
        if limit_of(m, w) < 0 then
            set_window(granted[m], w, refused[m].cells[w], refused[m].head[4 + 2 * w], refused[m].head[5 + 2 * w], 0)
        end
    end
end

local begun = ARGV[9] == '1'
if refusal[3] == 0 then
    for m = 1, RECORDS do
        if #observed > 0 then
            uncount_observed(m)
        end
        write(redis.call, KEYS[m], granted[m])
    end
    local ban = begun and count_block()
    if #observed == 0 and not ban then
        return {}
    end
    local result = {0, 0, 0, ban and 2 or 0}
    for _, each in ipairs(observed) do
        result[#result + 1], result[#result + 2] = each[1], each[2]
    end
    return result
end

refusal = {0, 0, 0}
for m = 1, RECORDS do
    local head, new_block = refused[m].head, false
    if longest > 0 and not blocked then
        local window, ends, strikes = block(head, over[m])
        if window > 0 then
            new_block, head[2], head[3], head[4] = true, window, ends, strikes
            begun, penalty = begun or m == 1, 1 -- a block of one action counts towards no ban
        end
    end
    if head[3] > now and limit_of(m, head[2]) > 0 then
        refuse(m, head[2], head[3] - now)
    end
    for w = 1, 4 do
        local wait = w == BYTES and bytes_wait[m] or over[m][w]
        if wait then
            refuse(m, w, wait)
        end
    end
    if new_block or limit_of(m, BYTES) ~= 0 then
        write(new_block and redis.call or redis.pcall, KEYS[m], refused[m])
    end
end
if begun and count_block() then
    penalty = 2
end
refusal[4] = penalty
return refusal
