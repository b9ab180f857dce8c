-- Reads with whom the owner of an inbox has conversations. Writes nothing.
-- KEYS    ci:<inbox>
-- ARGV    the user after whom to begin or '', how many
-- Result  the users in the order of their bytes
local users, from = {}, ARGV[1] == '' and '-' or '(' .. ARGV[1] .. '\1'
while #users < tonumber(ARGV[2]) do
    local member = redis.call('ZRANGEBYLEX', KEYS[1], from, '+', 'LIMIT', 0, 1)[1]
    if not member then
        break
    end
    users[#users + 1] = string.match(member, '^%Z+')
    from = '(' .. users[#users] .. '\1' -- behind each of theirs: see conversation_entry.lua
end
return users
