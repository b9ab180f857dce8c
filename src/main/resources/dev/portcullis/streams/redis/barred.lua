-- Reads which of some users are barred from a stream. Writes nothing.
-- KEYS    b:<stream>
-- ARGV    the users, at most a few thousand
-- Result  for each user 1 or 0: whether the user is barred
-- Promise All answers are of one moment.
local result = {}
for i = 1, #ARGV do
    result[i] = is_barred(KEYS[1], ARGV[i]) and 1 or 0
end
return result
