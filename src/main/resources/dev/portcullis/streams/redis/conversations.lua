-- Reads the users with whom the owner of an inbox has conversations. Writes nothing.
-- KEYS    ci:<inbox>
-- ARGV    the last user of the page before or '', how many users
-- Result  the users in the order of their bytes
local users, from = {}, ARGV[1] == '' and '-' or '(' .. ARGV[1] .. '\1'
while #users < tonumber(ARGV[2]) do
    local member = redis.call('ZRANGEBYLEX', KEYS[1], from, '+', 'LIMIT', 0, 1)[1]
    if not member then
        break
    end
    users[#users + 1] = string.match(member, '^%Z+')
    from = '(' .. users[#users] .. '\1' -- comes behind each entry with them: see conversation_entry.lua
end
return users
