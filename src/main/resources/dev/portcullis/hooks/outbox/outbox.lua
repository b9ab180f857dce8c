-- Functions on a lane's outbox. Prepended to the scripts whose effects the application is told of.
-- Takes its keys and arguments off the ends of KEYS and ARGV, so that a script finds its own ones as it does without hooks.
-- KEYS    the last five: hq (events that wait, oldest first), hd (dead letters), hs (counters), hh (the events at the ends of
--         held things, by id), hn (the number of held things, by incarnation)
-- ARGV    the last five: an event without its head or '', the event at the end of the thing that begins or '', how many events
--         may wait, how many dead letters are kept, '1' if a full outbox refuses
-- Promise An event is stored in the step of the script. A held thing ends once, and its end is an event.
local outbox = {ENDED = 1, NODE_LOST = 2} -- see EventRow.Cause
outbox.incarnations = table.remove(KEYS)
outbox.held = table.remove(KEYS)
outbox.counters = table.remove(KEYS)
outbox.dead = table.remove(KEYS)
outbox.queue = table.remove(KEYS)
outbox.refuses = table.remove(ARGV) == '1'
outbox.most_dead = tonumber(table.remove(ARGV))
outbox.most = tonumber(table.remove(ARGV))
outbox.ended = table.remove(ARGV)
outbox.event = table.remove(ARGV)
local OUTBOX_VERSION = 1
local MOST_DISCARDED = 8 -- spreads the work after a lowered bound over several steps

-- Returns whether the script's event is refused. Call it before anything is written.
function outbox.is_full()
    return outbox.refuses and outbox.event ~= '' and redis.call('LLEN', outbox.queue) >= outbox.most
end

function outbox.discard(row, reason, now)
    local over = redis.call('RPUSH', outbox.dead, struct.pack('>i8I2c0', now, #reason, reason) .. row) - outbox.most_dead
    redis.call('HINCRBY', outbox.counters, reason, 1)
    if over > 0 then
        redis.call('LTRIM', outbox.dead, over, -1)
        redis.call('HINCRBY', outbox.counters, 'lost', over)
    end
end

-- Stores an event with its head: the position of the entry that it tells of ('' and 0 for none), or the cause of an end.
function outbox.report(event, cause, epoch, seq, now)
    if event == '' then
        return
    end
    local row = struct.pack('>BBI2c0i8i8', OUTBOX_VERSION, cause, #epoch, epoch, seq, now) .. event
    local over = redis.call('RPUSH', outbox.queue, row) - outbox.most
    for _ = 1, math.min(over, MOST_DISCARDED) do
        outbox.discard(redis.call('LPOP', outbox.queue), 'overflow', now)
    end
end

-- Reports that something begins, unless it is held already.
function outbox.begin(id, incarnation, now)
    if redis.call('HSETNX', outbox.held, id, struct.pack('>I2c0', #incarnation, incarnation) .. outbox.ended) == 1 then
        redis.call('HINCRBY', outbox.incarnations, incarnation, 1)
        outbox.report(outbox.event, 0, '', 0, now)
    end
end

-- Reports the end of a thing that is held.
function outbox.finish(id, row, cause, now)
    local incarnation, rest = struct.unpack('>I2c0', row)
    redis.call('HDEL', outbox.held, id)
    if redis.call('HINCRBY', outbox.incarnations, incarnation, -1) <= 0 then
        redis.call('HDEL', outbox.incarnations, incarnation)
    end
    outbox.report(string.sub(row, rest), cause, '', 0, now)
end

function outbox.finish_held(id, now)
    local row = redis.call('HGET', outbox.held, id)
    if row then
        outbox.finish(id, row, outbox.ENDED, now)
    end
end
