-- Ends a membership in the step of an append to the room's stream. Comes between room.lua and append.lua.
-- ARGV    the last three: the user, '1' if they leave by themselves, the row that they had when their removal was permitted
-- Promise Defines `membership`, which writes nothing before `finish`.
local membership = {permitted = table.remove(ARGV)}
membership.leaves = table.remove(ARGV) == '1'
membership.user = table.remove(ARGV)

function membership.row()
    return redis.call('HGET', MEMBERS, membership.user) or ''
end

-- Whether the key under which a user left earlier is used again, since they are a member.
function membership.is_used_again()
    return membership.leaves and membership.row() ~= ''
end

-- Why the membership can not end, or nothing.
function membership.obstacle()
    local row = membership.row()
    if membership.leaves then
        if row == '' then return 'absent' end
    elseif row ~= '' and row ~= membership.permitted then
        return 'changed'
    end
    if is_last_owner(row) then return 'last_owner' end
end

function membership.finish()
    change(membership.user, '')
end
