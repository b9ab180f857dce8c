-- Functions on a room. Prepended to the scripts that use them. Takes its keys, in the lane of the room's stream, off the front:
--   1 a hash: `row` of a room that a user created, and `owners`, their number; or `deleted`, until the id is free
--     again, and `by`, the user who deleted it
--   2 a hash of user and row: see MembershipRow      3 the users of 2, in the order of their ids
--   4 the muted users, by the end of the mute
local ROOM, MEMBERS = table.remove(KEYS, 1), table.remove(KEYS, 1)
local NAMES, MUTES = table.remove(KEYS, 1), table.remove(KEYS, 1)
local OWNER = 'owner'

-- Milliseconds of Redis's own clock, unless a test sets another.
local function store_time(set)
    if set ~= '0' then return tonumber(set) end
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function text(number)
    return string.format('%.0f', number)
end

-- Whether a change comes too late. Its arguments begin with the time and with its latest one.
local function is_late()
    return store_time(ARGV[1]) > tonumber(ARGV[2])
end

local function deleted()
    return redis.call('HEXISTS', ROOM, 'deleted') == 1
end

-- Whether each user that is named from an argument on has the row that is named behind it, '' for none.
local function unchanged(first)
    for i = first, #ARGV, 2 do
        if (redis.call('HGET', MEMBERS, ARGV[i]) or '') ~= ARGV[i + 1] then return false end
    end
    return true
end

-- The id of the role in a row; nothing for none.
local function role_of(row)
    return string.match(row, '^\2(%l+) ')
end

local function created()
    return redis.call('HEXISTS', ROOM, 'row') == 1
end

-- Whether a room that a user created has no owner but the one whose row this is.
local function is_last_owner(row)
    return role_of(row) == OWNER and created() and tonumber(redis.call('HGET', ROOM, 'owners')) <= 1
end

-- Gives a user another row, '' for none. Returns false where a room that a user created would lose its last owner.
local function change(user, row)
    local present = redis.call('HGET', MEMBERS, user) or ''
    local owner, owned = role_of(row) == OWNER, role_of(present) == OWNER
    if not owner and is_last_owner(present) then return false end
    local gained = (owner and 1 or 0) - (owned and 1 or 0)
    if gained ~= 0 and created() then
        redis.call('HINCRBY', ROOM, 'owners', gained)
    end
    if row == '' then
        redis.call('HDEL', MEMBERS, user)
        redis.call('ZREM', NAMES, user)
    else
        redis.call('HSET', MEMBERS, user, row)
        redis.call('ZADD', NAMES, 0, user)
    end
    return true
end
