-- Judges one attempt against all the windows that it meets, and counts it in all of them or in none, but for its bytes,
-- which count in any case. LimitPolicy is the same rule in Java; a test holds the two together.
--
-- KEYS    the meters that the attempt meets, all of one lane: a user's own, that of one of their actions, an address's
-- ARGV 1  the time in milliseconds; 0: by this server's clock
--      2  what the attempt weighs in the window of bytes
--      3  how long the first block after a burst lasts      4  the first after a minute's frames or bytes
--      5  how long after its end a block is remembered      6  how long the longest lasts; 0: a violation begins none
--      7… five for each meter: what the attempt weighs in its windows of frames, and the most in its windows of a burst, a
--         minute, an hour, bytes; 0: the attempt does not meet that window, which stays as it is
-- Result  nothing where it is granted and counted, else {meter, window, wait}: the numbers of the meter and the window
--         that stand in the way of the same attempt the longest, and for how many milliseconds
-- Promise Of attempts that arrive together no two take the same place. One that goes over a limit begins a block on each
--         meter it went over in, where it begins any and none holds yet. One that is refused counts its bytes and nothing
--         else. A block is in the way of what meets its window. A meter expires when nothing in it counts any more.
--
-- A meter is one string: its form; its block (window, end, strikes); when it last counted; for each window how many
-- cells it has, and their sum; then the cells, oldest first: the low bits of a time, and an amount. What falls into one
-- step of a window shares a cell, which leaves when the latest in it is as old as the window is long. A meter of a form
-- that this release does not know fails the script: until it expires its user is judged as where nobody can count, and
-- so refused, unless the config opens the action.

local FORM = 1
local BLOCK, BLOCK_SIZE = '<BBI6B', 9
local HEAD, HEAD_SIZE = '<BBI6BI6BI4BI4BI4BI4', 35
local CELL, CELL_SIZE = '<I3I4', 7
local WRAP = 2 ^ 24 -- ms: 4.6 hours, and no cell is older than two
local LENGTH = {1000, 60000, 3600000, 60000}
local STEP = {100, 1000, 60000, 1000}
local HOUR, BYTES = 3, 4
local MOST_STRIKES = 20
local MOST = 2 ^ 31 - 1 -- what was refused may count without a bound

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

-- The cells that still count, from here on; and with this one more, and how many they are then. What falls into the step
-- of the newest joins it. No two windows of a meter count alike, so each one's newest cell tells when it counted last.
local function rest(record, place, live)
    return record:sub(place, place + live * CELL_SIZE - 1)
end

local function count(record, place, live, weight, at, step)
    if live > 0 then
        local time, before = struct.unpack(CELL, record, place + (live - 1) * CELL_SIZE)
        local last = at - (at - time) % WRAP
        if at - at % step == last - last % step then
            live, weight = live - 1, before + weight
        end
    end
    return rest(record, place, live) .. struct.pack(CELL, at % WRAP, weight), live + 1
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

local function most(m, w)
    return tonumber(ARGV[2 + 5 * m + w])
end

-- A meter as it becomes: its head, its cells, and until when they count.
local function meter(head, at, ends)
    local copy = {unpack(head)}
    copy[5] = at
    return {head = copy, cells = {'', '', '', ''}, latest = ends}
end

local function put(becomes, w, cells, live, sum, latest)
    becomes.head[4 + 2 * w], becomes.head[5 + 2 * w], becomes.cells[w] = live, sum, cells
    if live > 0 then
        becomes.latest = math.max(becomes.latest, latest)
    end
end

-- By `redis.call`, or by `redis.pcall` where the verdict stands although a full Redis takes nothing.
local function write(by, key, becomes)
    local head = becomes.head
    local expiry = math.max(becomes.latest, head[3] + remembered) - now
    by('SET', key, struct.pack(HEAD, unpack(head)) .. table.concat(becomes.cells), 'PX', math.max(1, expiry))
end

local granted, refused, over, again = {}, {}, {}, {}
for m, key in ipairs(KEYS) do
    local record, head = read(key)
    local last, frames = head[5], tonumber(ARGV[2 + 5 * m])
    local at = math.max(now, last) -- time never runs back for a meter
    local place = HEAD_SIZE + 1
    granted[m], refused[m] = meter(head, at, 0), meter(head, at, 0)
    over[m], again[m] = {}, false
    if head[3] > now then
        blocked = true
        if most(m, head[2]) > 0 then
            hinder(m, head[2], head[3] - now)
        end
    end
    for w = 1, 4 do
        local live, sum, length = head[4 + 2 * w], head[5 + 2 * w], LENGTH[w]
        local beyond = place + live * CELL_SIZE
        if at - last >= length then
            place, live, sum = beyond, 0, 0
        else
            place, live, sum = forget(record, place, live, sum, at, length)
        end
        local max = most(m, w)
        local kept = rest(record, place, live)
        put(granted[m], w, kept, live, sum, last + length)
        put(refused[m], w, kept, live, sum, last + length)
        if max > 0 then
            local weight = w == BYTES and tonumber(ARGV[2]) or frames
            local amount = math.min(weight, max) -- what is larger than all of it takes all of it: it fits once
            local excess = sum + amount - max
            if excess > 0 then
                over[m][w] = at - now + length - age_of_last_to_leave(record, place, excess, at)
                hinder(m, w, over[m][w])
            end
            if excess <= 0 or w == BYTES then
                weight = math.min(weight, MOST - sum)
                local cells, more = count(record, place, live, weight, at, STEP[w])
                put(granted[m], w, cells, more, sum + weight, at + length)
                if w == BYTES then
                    put(refused[m], w, cells, more, sum + weight, at + length)
                    excess = sum + weight + amount - max
                    if excess > 0 then
                        again[m] = at - now + length - age_of_last_to_leave(cells, 1, excess, at)
                    else
                        again[m] = 0
                    end
                end
            end
        end
        place = beyond
    end
end

if refusal[3] == 0 then
    for m, key in ipairs(KEYS) do
        write(redis.call, key, granted[m])
    end
    return {}
end

refusal = {0, 0, 0}
for m, key in ipairs(KEYS) do
    local head, begins = refused[m].head, false
    if longest > 0 and not blocked then
        local why, ends, strikes = block(head, over[m])
        if why > 0 then
            begins, head[2], head[3], head[4] = true, why, ends, strikes
        end
    end
    if head[3] > now and most(m, head[2]) > 0 then
        hinder(m, head[2], head[3] - now)
    end
    for w = 1, 4 do
        local wait = w == BYTES and again[m] or over[m][w]
        if wait then
            hinder(m, w, wait)
        end
    end
    if begins or most(m, BYTES) > 0 then
        write(begins and redis.call or redis.pcall, key, refused[m])
    end
end
return refusal
