-- Functions on the entries of inboxes. Prepended to the scripts that use them. The same rules are in DirectConversation and
-- ConversationIndex.

-- Returns the user with whom an inbox's owner speaks in an entry of it, or nil.
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

-- The index of an inbox's conversations is a sorted set without scores: the other user, a byte 0, the seq, and whether the entry
-- is a message, an amendment or the gap that a message or an amendment of the other user left. So a conversation is read without
-- the entries of others.
local conversation_index = {MESSAGE = 'm', AMENDMENT = 'a', GAP = 'g'}

function conversation_index.from(other, seq)
    return other .. '\0' .. struct.pack('>i8', seq)
end

-- Returns a text that comes behind each member of this seq.
function conversation_index.behind(other, seq)
    return conversation_index.from(other, seq) .. 'z'
end

function conversation_index.member(other, seq, row)
    local AMENDMENT, TRIMMED = 4, 5 -- see EntryState
    local _, _, state = struct.unpack('>I2c0i8B', row, 2)
    local kind = state == AMENDMENT and conversation_index.AMENDMENT or state == TRIMMED and conversation_index.GAP
    return conversation_index.from(other, seq) .. (kind or conversation_index.MESSAGE)
end

-- Moves an entry to another conversation. It adds before it removes: a set that is empty in between would lose its time to live.
function conversation_index.replace(key, former, other, seq, before, after)
    redis.call('ZADD', key, 0, conversation_index.member(other, seq, after))
    redis.call('ZREM', key, conversation_index.member(former, seq, before))
end

-- Returns up to `most` entries of a conversation behind a seq, or before it: a list of seqs and a list of kinds.
function conversation_index.read(key, other, upwards, seq, most)
    local members = upwards
        and redis.call('ZRANGEBYLEX', key, '(' .. conversation_index.behind(other, seq), '(' .. other .. '\1', 'LIMIT', 0, most)
        or redis.call('ZREVRANGEBYLEX', key, '(' .. conversation_index.from(other, seq), '[' .. other .. '\0', 'LIMIT', 0, most)
    local seqs, kinds = {}, {}
    for i, member in ipairs(members) do
        seqs[i] = struct.unpack('>i8', member, #other + 2)
        kinds[i] = string.sub(member, -1)
    end
    return seqs, kinds
end
