-- What an append to a room's stream asks of the room's members, in its own step. Comes between room.lua and append.lua.
-- ARGV    the last six: the sender, or '' if nothing is asked of them, the role on which the append was permitted, or '' for any,
--         '1' if a mute of theirs forbids it; a user whose membership ends with the entry, or '', the key of their last leave
--         if they leave by themselves, or '', the role that they had when their removal was permitted
-- Promise Defines `membership`, which writes nothing before `finish`.
local membership = {permitted = table.remove(ARGV)}
membership.last_leave = table.remove(ARGV)
membership.leaves = membership.last_leave ~= ''
membership.user = table.remove(ARGV)
membership.speaks = table.remove(ARGV) == '1'
membership.required = table.remove(ARGV)
membership.sender = table.remove(ARGV)

local function row_of_member(user)
    return redis.call('HGET', MEMBERS, user) or ''
end

-- Whether a user wants to leave who is no member.
function membership.is_outside()
    return membership.leaves and row_of_member(membership.user) == ''
end

-- Why what the sender was permitted must not be done any more, or nothing.
function membership.obstacle_of_sender(now)
    if membership.sender ~= '' and deleted() then return 'gone' end
    local muted = membership.speaks and redis.call('ZSCORE', MUTES, membership.sender)
    if muted and tonumber(muted) > now then return 'muted' end
    if membership.required ~= '' then
        local row = row_of_member(membership.sender)
        if row == '' then return 'gone' end
        if role_of(row) ~= membership.required then return 'other_role' end
    end
end

-- Why the append can not happen, or nothing.
function membership.obstacle(now)
    local of_sender = membership.obstacle_of_sender(now)
    if of_sender then return of_sender end
    if membership.user == '' then return end
    local row = row_of_member(membership.user)
    if membership.leaves then
        if row == '' then return 'absent' end
    elseif row ~= '' and role_of(row) ~= membership.permitted then
        return 'changed'
    end
    if is_last_owner(row) then return 'last_owner' end
end

function membership.finish()
    if membership.user ~= '' then change(membership.user, '') end
end
