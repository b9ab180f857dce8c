-- Functions on the events that wait in the two queues of a lane. Prepended, after outbox.lua, to the scripts that take events
-- out.
-- KEYS    the last two before those of the outbox: ha (events that wait aside, oldest first), hk (how many of each key)
-- Promise Events of one key are in one queue at a time, but for those that a claim has not met yet; these are the newest.
local aside = {}
aside.keys = table.remove(KEYS)
aside.queue = table.remove(KEYS)
local MOST_OVERFLOWN = 8 -- spreads the work after a lowered bound over several steps

local function key_of(row)
    local _, _, _, _, _, _, key = struct.unpack('>BBI2c0i8i8I2c0I2c0', row) -- see EventRow
    return key
end

-- Returns how many of the claimed events are still the oldest, since a full queue may have lost some of them meanwhile.
local function still_oldest(queue, count, sha1_of_last)
    while count > 0 do
        local last = redis.call('LINDEX', queue, count - 1)
        if last and redis.sha1hex(last) == sha1_of_last then
            break
        end
        count = count - 1
    end
    return count
end

-- Returns whether other events of the same key wait aside.
function aside.has(row)
    return redis.call('HEXISTS', aside.keys, key_of(row)) == 1
end

-- Notes that an event leaves. Call it for each one.
function aside.forget(row)
    if redis.call('HINCRBY', aside.keys, key_of(row), -1) <= 0 then
        redis.call('HDEL', aside.keys, key_of(row))
    end
end

function aside.add(row, now)
    redis.call('HINCRBY', aside.keys, key_of(row), 1)
    local over = redis.call('RPUSH', aside.queue, row) - outbox.most
    for _ = 1, math.min(over, MOST_OVERFLOWN) do
        local oldest = redis.call('LPOP', aside.queue)
        aside.forget(oldest)
        outbox.discard(oldest, 'overflow', now)
    end
end
