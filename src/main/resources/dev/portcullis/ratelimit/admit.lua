-- Judges one attempt against all the windows that it meets, and counts it in all of them or in none. LimitPolicy is the
-- same rule in Java; a test holds the two together.
--
-- KEYS    the meters that the attempt meets, all of one lane: a user's own, that of one of their actions, an address's
-- ARGV 1  the time in milliseconds; 0: by this server's clock
--      2  what the attempt weighs in the window of bytes
--      3  how long the first block after a burst lasts      4  the first after a minute's frames or bytes
--      5  how long after its end a block is remembered      6  how long the longest lasts; 0: a violation begins none
--      7… four for each meter: the most in its windows of a burst, a minute, an hour, bytes; 0: it has no such window
-- Result  nothing where it is granted and counted, else {meter, window, wait}: the numbers of the meter and the window
--         that stand in the way the longest, and for how many milliseconds
-- Promise Of attempts that arrive together no two take the same place. One that comes during a block changes nothing;
--         one that goes over a limit begins a block on each meter it went over in, where it begins any. A meter expires
--         when nothing in it counts any more.
--
-- A meter is one string: its form; its block (window, end, strikes); when it last counted; for each window how many
-- cells it has, and their sum; then the cells, oldest first: the low bits of a time, and an amount. What falls into one
-- step of a window shares a cell, which leaves when the latest in it is as old as the window is long. A meter of a form
-- that this release does not know fails the script: until it expires its user is judged as where nobody can count, which
-- refuses them unless the config opens the action.

local FORM = 1
local BLOCK, BLOCK_SIZE = '<BBI6B', 9
local HEAD, HEAD_SIZE = '<BBI6BI6BI4BI4BI4BI4', 35
local CELL, CELL_SIZE = '<I3I4', 7
local WRAP = 2 ^ 24 -- ms: 4.6 hours, and no cell is older than two
local LENGTH = {1000, 60000, 3600000, 60000}
local STEP = {100, 1000, 60000, 1000}
local HOUR, BYTES = 3, 4
local MOST_STRIKES = 20

local now = tonumber(ARGV[1])
if now == 0 then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local remembered, longest = tonumber(ARGV[5]), tonumber(ARGV[6])

-- What stands at this key, and its head: form, window, end, strikes, last, then a count and a sum for each window.
local function read(key)
    local record = redis.call('GET', key)
    if record then
        local head = {struct.unpack(HEAD, record)}
        if head[1] ~= FORM then
            error('a meter has a form that this version does not know')
        end
        if math.max(head[3], head[5]) <= now + LENGTH[HOUR] then
            return record, head
        end -- else a clock ran hours ahead, which must shut nobody out for hours
    end
    return '', {FORM, 1, 0, 0, now, 0, 0, 0, 0, 0, 0, 0, 0}
end

-- Passes over the cells that are too old: where the others begin, how many there are, and their sum.
local function forget(record, place, live, sum, at, length)
    while live > 0 do
        local time, amount = struct.unpack(CELL, record, place)
        if (at - time) % WRAP < length then
            break
        end
        place, live, sum = place + CELL_SIZE, live - 1, sum - amount
    end
    return place, live, sum
end

-- The age of the cell that makes room for so much when it leaves.
local function age_of_last_to_leave(record, place, excess, at)
    local time, amount
    repeat
        time, amount = struct.unpack(CELL, record, place)
        place, excess = place + CELL_SIZE, excess - amount
    until excess <= 0
    return (at - time) % WRAP
end

-- The cells that still count and this one more, and how many they are.
local function count(record, place, live, weight, at, last, step)
    if live > 0 and at - at % step == last - last % step then
        local _, before = struct.unpack(CELL, record, place + (live - 1) * CELL_SIZE)
        live, weight = live - 1, before + weight
    end
    return record:sub(place, place + live * CELL_SIZE - 1) .. struct.pack(CELL, at % WRAP, weight), live + 1
end

-- The longest block that these waits ask for, which never ends before its window is free.
local function block(head, waits)
    local before = now < head[3] + remembered and head[4] or 0
    local why, ends = 0, 0
    for w = 1, 4 do
        local wait = waits[w]
        if wait then
            local first = w == HOUR and wait or tonumber(ARGV[w == 1 and 3 or 4])
            local this = now + math.max(math.min(longest, first * 2 ^ before), wait)
            if this > ends then
                why, ends = w, this
            end
        end
    end
    return why, ends, math.min(before + 1, MOST_STRIKES)
end

local refusal, blocked = {0, 0, 0}, false
local function hinder(m, w, wait)
    if wait > refusal[3] then
        refusal = {m, w, wait}
    end
end

local records, heads, over, counted, expiry = {}, {}, {}, {}, {}
for m, key in ipairs(KEYS) do
    local record, head = read(key)
    local ends, last = head[3], head[5]
    local at = math.max(now, last) -- time never runs back for a meter
    local place, parts, latest = HEAD_SIZE + 1, {''}, ends + remembered
    over[m] = {}
    if ends > now then
        blocked = true
        hinder(m, head[2], ends - now)
    end
    for w = 1, 4 do
        local live, sum, length = head[4 + 2 * w], head[5 + 2 * w], LENGTH[w]
        local beyond = place + live * CELL_SIZE
        if at - last >= length then
            place, live, sum = beyond, 0, 0
        else
            place, live, sum = forget(record, place, live, sum, at, length)
        end
        local max, weight = tonumber(ARGV[2 + 4 * m + w]), w == BYTES and tonumber(ARGV[2]) or 1
        local excess = sum + math.min(weight, max) - max -- what is larger than all of it takes all of it: it fits once
        parts[w + 1] = ''
        if max == 0 then
            live, sum = 0, 0
        elseif excess > 0 then
            over[m][w] = at - now + length - age_of_last_to_leave(record, place, excess, at)
            hinder(m, w, over[m][w])
        else
            parts[w + 1], live = count(record, place, live, weight, at, last, STEP[w])
            sum, latest = sum + weight, math.max(latest, at + length)
        end
        head[4 + 2 * w], head[5 + 2 * w] = live, sum
        place = beyond
    end
    head[5] = at
    parts[1] = struct.pack(HEAD, unpack(head))
    records[m], heads[m], counted[m], expiry[m] = record, head, table.concat(parts), latest - now
end

if refusal[3] == 0 then
    for m, key in ipairs(KEYS) do
        redis.call('SET', key, counted[m], 'PX', expiry[m])
    end
    return {}
end
if blocked or longest == 0 then
    return refusal
end

refusal = {0, 0, 0}
for m, key in ipairs(KEYS) do
    local why, ends, strikes = block(heads[m], over[m])
    if why > 0 then
        hinder(m, why, ends - now)
        local ttl = math.max(redis.call('PTTL', key), ends + remembered - now)
        local record = struct.pack(BLOCK, FORM, why, ends, strikes) .. records[m]:sub(BLOCK_SIZE + 1)
        redis.call('SET', key, record, 'PX', ttl)
    end
end
return refusal
