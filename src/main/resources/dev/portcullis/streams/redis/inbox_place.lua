-- Functions that make a place in a full inbox for one entry. Prepended to append.lua. The same rules are in
-- InboxShares, InboxTrim and CorrespondentTables.
--
-- Delivered and expired entries go first, from the front. Where none is, two sorted sets hold the number of entries of each
-- sender: of strangers, to whom the inbox's owner has not written, and of others. The numbers are counted when they are needed,
-- and kept as long as the inbox is full, also while delivered entries go: an owner who acknowledges entry by entry would
-- otherwise have all entries read again each time (CWE-400). `shared` of the inbox's record names the entries for which the
-- numbers hold. A gap stays in place of the entry that a sender loses: its row names the author, and its body is the frame that
-- tells the recipient. `gaps` of the record is the number of gaps. Where an archive follows, no delivered entry goes before the archive
-- has it, and of the others only those of strangers, beyond the span: what they heap up must not grow without a bound (CWE-400).
local MESSAGE_VERSION = 2 -- see EntryRow
local TRIMMED, AMENDMENT, MESSAGE = 5, 4, 1 -- see EntryState
local GAP = '"type":"gap","count":1}' -- see GapEntry
local MAX_DROPPED = 64 -- the most entries that one append removes from the front
local STRANGER_GAPS = 3 -- the most gaps, as a multiple of the entries that may be kept, at which a stranger may leave one more
local SPAN = 5 -- the most entries together with the gaps, as a multiple of the entries that may be kept
local DELETIONS = 200 -- the entries kept, divided by this, are a stranger's deletions that may each leave a gap; one always may
local CORRESPONDENTS = 2000
local SYSTEM, GONE = 'system', 'deleted' -- the second is the author of the entries of deleted users
local CHUNK_OF_SHARES = 64
local WAIT = 16 -- bytes of an entry in a backlog

-- Returns the store time, state, author and time of an entry; an entry that names no author is the owner's.
local function parts(row, owner)
    if string.byte(row) ~= MESSAGE_VERSION then
        local _, stored = struct.unpack('>I2c0i8', row, 2)
        return stored, 0, owner, 0
    end
    local _, stored, state, _, timestamp, _, author = struct.unpack('>I2c0i8Bi8i8I2c0I2c0', row, 2)
    return stored, state, author, timestamp
end

local function is_known(inbox, user)
    return user == SYSTEM or user == inbox.owner or redis.call('ZSCORE', inbox.correspondents, user)
end

local function share(inbox, user)
    return tonumber(redis.call('ZSCORE', inbox.known, user) or redis.call('ZSCORE', inbox.strangers, user) or 0)
end

-- Returns the value of `shared` for the entries from one seq to another.
local function shared_of(first, head)
    return string.format('%.0f:%.0f', first, head)
end

local function count_shares(inbox, drop)
    local counts = {}
    for low = drop, inbox.length - 1, CHUNK_OF_SHARES do
        for _, row in ipairs(redis.call('LRANGE', inbox.entries, low, low + CHUNK_OF_SHARES - 1)) do
            local _, state, author = parts(row, inbox.owner)
            if state ~= TRIMMED then
                counts[author] = (counts[author] or 0) + 1
            end
        end
    end
    redis.call('UNLINK', inbox.strangers, inbox.known)
    for author, entries in pairs(counts) do
        redis.call('ZADD', is_known(inbox, author) and inbox.known or inbox.strangers, entries, author)
    end
    redis.call('PEXPIRE', inbox.strangers, inbox.age)
    redis.call('PEXPIRE', inbox.known, inbox.age)
    -- This is also written for an entry that is refused: the next one asks again.
    redis.call('HSET', inbox.record, 'shared', shared_of(inbox.first + drop, inbox.head))
end

-- Returns the user who has most of these entries, but for one user, and their number.
local function largest(shares, except)
    local top = redis.call('ZREVRANGE', shares, 0, 1, 'WITHSCORES')
    local at = top[1] == except and 3 or 1
    return top[at], tonumber(top[at + 1] or 0)
end

-- Returns the field of the record with the lowest seq that an entry of a sender may have, for senders who have no backlog.
local function lowest_of(inbox, sender)
    return sender == inbox.owner and 'own_from' or sender == GONE and 'gone_from' or nil
end

-- Returns the index of a sender's oldest entry. It asks the sender's backlog first, which saves a search.
local function oldest(inbox, drop, sender)
    local waits = redis.call('HGET', inbox.backlogs, sender) or ''
    for at = 1, #waits, WAIT do
        local seq, stored = struct.unpack('>i8i8', waits, at)
        if stored >= 0 then
            local index = math.abs(seq) - inbox.first
            local row = index >= drop and redis.call('LINDEX', inbox.entries, index)
            if row then
                local _, state, author = parts(row, inbox.owner)
                if state ~= TRIMMED and author == sender then
                    return index
                end
            end
            break
        end
    end
    local field, from = lowest_of(inbox, sender), drop
    if field then
        from = math.max(drop, tonumber(redis.call('HGET', inbox.record, field) or 0) - inbox.first)
    end
    for low = from, inbox.length - 1, CHUNK_OF_SHARES do
        for i, row in ipairs(redis.call('LRANGE', inbox.entries, low, low + CHUNK_OF_SHARES - 1)) do
            local _, state, author = parts(row, inbox.owner)
            if state ~= TRIMMED and author == sender then
                return low + i - 1
            end
        end
    end
    error('the shares of an inbox are wrong')
end

-- Returns the sender who loses their oldest entry to the new one, or nil if the new one is refused instead. `deletions` is the
-- number of waiting deletions of the user if the new entry is a deletion itself, and nil if not.
local function loser_of(inbox, gaps, user, waiting, deletions)
    local own = share(inbox, user)
    local has = math.max(own, waiting)
    local function taken(other, entries)
        if other and has + 1 < entries then
            return other
        end
        return deletions and own > 0 and user or nil
    end
    if not inbox.refusable and deletions and own > 0 and user ~= inbox.owner then
        return user -- the deletion of an expired message comes by itself: it takes the place of an entry of its own sender
    end
    if inbox.refusable and not is_known(inbox, user) then
        if gaps >= STRANGER_GAPS * inbox.most
            or deletions and deletions >= math.max(1, math.floor(inbox.most / DELETIONS)) then
            return nil
        end
        return taken(largest(inbox.strangers, user))
    end
    local stranger = largest(inbox.strangers)
    if stranger then
        return stranger
    end
    local other, entries = largest(inbox.known, user)
    if inbox.refusable then
        return taken(other, entries)
    end
    return other and (own == 0 or own + 1 < entries) and other or user
end

-- Plans the changes that an append of a user makes to the entries before it. Returns nil if the inbox refuses it.
local function plan_place(inbox, user, waiting, deletions)
    local drop, gaps, fewer, waits = 0, inbox.gaps, false, false
    while drop < MAX_DROPPED and drop < inbox.length
        and (inbox.length - drop - gaps >= inbox.most or inbox.length - drop >= SPAN * inbox.most) do
        local stored, state = parts(redis.call('LINDEX', inbox.entries, drop), inbox.owner)
        if inbox.first + drop > inbox.delivered and stored >= inbox.horizon then
            break
        end
        if inbox.first + drop > inbox.archived then -- it need not stay for the reader, so the inbox grows until the archive has it
            waits = true
            break
        end
        if state == TRIMMED then
            gaps = gaps - 1
        else
            fewer = true
        end
        drop = drop + 1
    end
    local plan = {drop = drop, gaps = gaps}
    if waits or inbox.length - drop - gaps < inbox.most or drop == MAX_DROPPED then
        return plan
    end
    local is_counted = inbox.shared == shared_of(inbox.first + drop, inbox.head)
        or not fewer and inbox.shared == shared_of(inbox.first, inbox.head)
    if not is_counted then
        count_shares(inbox, drop)
    end
    plan.loser = loser_of(inbox, gaps, user, waiting, deletions)
    if not plan.loser then
        return nil
    end
    if inbox.length - drop >= SPAN * inbox.most and redis.call('EXISTS', inbox.strangers) == 0 then
        -- gaps must not pile up before an entry that is never delivered: the front goes on by one
        local _, state, author = parts(redis.call('LINDEX', inbox.entries, drop), inbox.owner)
        if state == TRIMMED then
            plan.drop, plan.gaps = drop + 1, gaps - 1
        else
            plan.loser, plan.index, plan.wholly = author, drop, true
        end
    end
    plan.index = plan.index or oldest(inbox, plan.drop, plan.loser)
    plan.wholly = plan.wholly or plan.index == plan.drop and plan.loser == inbox.owner
    if inbox.first + plan.index > inbox.archived
        and (inbox.length - drop < SPAN * inbox.most or is_known(inbox, plan.loser)) then
        -- the inbox grows until the archive has the entry
        return {drop = drop, gaps = gaps}
    end
    return plan
end

-- Leaves a gap in place of an entry.
local function leave_gap(inbox, index)
    local row = redis.call('LINDEX', inbox.entries, index)
    local epoch = struct.unpack('>I2c0', row, 2)
    local stored, state, author, at = parts(row, inbox.owner)
    local before = 0 -- an amendment names the one before it
    if state == AMENDMENT then
        local _, _, _, named = struct.unpack('>I2c0i8Bi8', row, 2)
        before = named
    end
    local gap = string.char(MESSAGE_VERSION)
        .. struct.pack('>I2c0i8Bi8i8I2c0I2c0I2c0', #epoch, epoch, stored, TRIMMED, before, at, 0, '', #author, author, 0, '') .. GAP
    redis.call('LSET', inbox.entries, index, gap)
    local other, trimmed = other_in(row, inbox.owner), inbox.first + index
    if other == author and author ~= inbox.owner then
        replace_in_conversations(inbox.conversations, other, other, trimmed, row, gap)
    elseif other then -- the gap of an entry of the owner does not name the recipient
        redis.call('ZREM', inbox.conversations, conversation_row(other, trimmed, row))
    end
    local waits = redis.call('HGET', inbox.backlogs, author) or ''
    for from = 1, #waits, WAIT do
        local seq, time = struct.unpack('>i8i8', waits, from)
        if math.abs(seq) == trimmed then
            redis.call('HSET', inbox.backlogs, author,
                string.sub(waits, 1, from + 7) .. struct.pack('>i8', -math.abs(time)) .. string.sub(waits, from + WAIT))
        end
    end
end

local function move_share(inbox, user)
    local entries = redis.call('ZSCORE', inbox.strangers, user)
    if entries then
        redis.call('ZREM', inbox.strangers, user)
        redis.call('ZADD', inbox.known, entries, user)
    end
end

local function lose_share(inbox, user)
    for _, shares in ipairs({inbox.strangers, inbox.known}) do
        if redis.call('ZSCORE', shares, user) then
            redis.call('ZINCRBY', shares, -1, user)
            redis.call('ZREMRANGEBYSCORE', shares, '-inf', 0)
        end
    end
end

local function gain_share(inbox, user, drop)
    local known = is_known(inbox, user)
    if known then
        move_share(inbox, user)
    end
    redis.call('ZINCRBY', known and inbox.known or inbox.strangers, 1, user)
    redis.call('PEXPIRE', inbox.strangers, inbox.age)
    redis.call('PEXPIRE', inbox.known, inbox.age)
    redis.call('HSET', inbox.record, 'shared', shared_of(inbox.first + drop, inbox.head + 1))
end

-- Carries a plan out, before its entry is appended. Calls `forget` for each entry that goes, with its seq.
local function make_place(inbox, plan, user, forget)
    -- The entries that go are in the shares, unless a sender loses an entry: then they are left out already.
    local counted = not plan.loser and inbox.shared == shared_of(inbox.first, inbox.head)
    plan.shared = plan.loser or plan.drop > 0 and (counted or inbox.shared == shared_of(inbox.first + plan.drop, inbox.head))
    if plan.loser then
        lose_share(inbox, plan.loser)
        local field = lowest_of(inbox, plan.loser)
        if field then
            redis.call('HSET', inbox.record, field, inbox.first + plan.index + 1)
        end
        if plan.wholly then
            plan.drop = plan.drop + 1
        else
            leave_gap(inbox, plan.index)
            plan.gaps = plan.gaps + 1
        end
    end
    if plan.drop > 0 then
        for i, row in ipairs(redis.call('LRANGE', inbox.entries, 0, plan.drop - 1)) do
            forget(row, inbox.first + i - 1)
            local _, state, author = parts(row, inbox.owner)
            if counted and state ~= TRIMMED then
                lose_share(inbox, author)
            end
        end
        redis.call('LTRIM', inbox.entries, plan.drop, -1)
    end
    if plan.shared then
        gain_share(inbox, user, plan.drop)
    end
    if plan.gaps ~= inbox.stored_gaps then
        redis.call('HSET', inbox.record, 'gaps', plan.gaps)
    end
end

-- Notes that a user to whom the owner writes is no stranger from now on. A user who is written to again gets a new number only
-- when half of the others came later, so most messages write nothing here.
local function wrote_to(inbox, user, shared)
    local newest = tonumber(redis.call('ZREVRANGE', inbox.correspondents, 0, 0, 'WITHSCORES')[2] or 0)
    local former = tonumber(redis.call('ZSCORE', inbox.correspondents, user) or 0)
    if former == 0 or former <= newest - CORRESPONDENTS / 2 then
        redis.call('ZADD', inbox.correspondents, newest + 1, user)
        redis.call('ZREMRANGEBYSCORE', inbox.correspondents, '-inf', newest + 1 - CORRESPONDENTS)
    end
    if shared then
        move_share(inbox, user)
    end
end
