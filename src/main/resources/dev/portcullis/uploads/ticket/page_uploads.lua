-- Reads some uploads.
-- KEYS    as in uploads.lua
-- ARGV    1 where to go on, 0 to begin   2 about how many
-- Result  {where to go on, 0 at the end, id, row, ...}
-- Promise Writes nothing. Those that are there all the time are in some page, maybe in several.
local page = redis.call('HSCAN', ROWS, ARGV[1], 'COUNT', ARGV[2])
local result = {page[1]}
for _, each in ipairs(page[2]) do result[#result + 1] = each end
return result
