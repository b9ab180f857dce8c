-- Binds the rows of uploads to the folder that has their files, unless they are bound.
-- KEYS    1 the id of the folder
-- ARGV    1 the id of a folder
-- Result  the id that they were bound to before, and are still; nothing if they are bound to this one from now on
-- Promise Bound once, they stay so.
local before = redis.call('GET', KEYS[1])
if not before then redis.call('SET', KEYS[1], ARGV[1]) end
return before
