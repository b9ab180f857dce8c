-- Writes rows, if the rows that were read are unchanged.
-- KEYS    the keys of the reads and of the writes
-- ARGV    as in rows.lua; then the digest of the reads, the latest time; then the writes, as in row_changes.lua
-- Result  'done' | 'late' | the result of read_rows.lua for a change, if a row has changed since. The last two change nothing
-- Promise No change that was made between the reads and this call is lost.
local current, at = read_all()
local digest = digest_of(current)
if digest ~= ARGV[at] then return reply(digest, current) end
if now() > tonumber(ARGV[at + 1]) then return 'late' end
write_rows(ARGV, at + 2, #ARGV)
return 'done'
