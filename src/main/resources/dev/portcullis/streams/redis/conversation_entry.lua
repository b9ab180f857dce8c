-- Functions on the entries of inboxes. Prepended to the scripts that use them. The same rule is in DirectConversation.

-- With whom an inbox's owner speaks in an entry of it, or nil.
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
