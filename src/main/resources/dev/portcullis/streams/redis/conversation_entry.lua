-- Functions on the conversations of inboxes, whose rows Conversations describes. Prepended to the scripts that use them.

-- Returns the user with whom an inbox's owner speaks in an entry of it, or nil. The same rule is in DirectConversation.
local function other_in(row, owner)
    local MESSAGE_VERSION = 2 -- see EntryRow
    -- No id contains a quote or a backslash, and all three come before anything that a user can write.
    local HEAD = '^"type":"[a-z_]+","recipientId":"([^"]+)","messageId":"[^"]+","userId":"([^"]+)"'
    if string.byte(row) ~= MESSAGE_VERSION then
        return nil
    end
    local _, _, _, _, _, _, _, _, body = struct.unpack('>I2c0i8Bi8i8I2c0I2c0I2c0', row, 2)
    local recipient, by = string.match(row, HEAD, body)
    return recipient == owner and by or by == owner and recipient or nil
end

-- Returns the member of the row of an entry.
local function conversation_row(other, seq, row)
    local AMENDMENT, TRIMMED = 4, 5 -- see EntryState
    local _, _, state = struct.unpack('>I2c0i8B', row, 2)
    local kind = state == AMENDMENT and 'a' or state == TRIMMED and 'g' or 'm'
    return string.format('%s %019.0f', other, seq) .. '\0' .. kind
end

-- Moves an entry to another conversation. It adds before it removes: a set that is empty in between would lose its time to live.
local function replace_in_conversations(key, former, other, seq, before, after)
    redis.call('ZADD', key, 0, conversation_row(other, seq, after))
    redis.call('ZREM', key, conversation_row(former, seq, before))
end
