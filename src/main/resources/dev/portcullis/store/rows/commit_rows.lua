-- Writes rows, if the rows that were read are unchanged.
-- KEYS    the keys of the reads and of the writes
-- ARGV    as in rows.lua; then the digest of the reads or '' if there are none, the latest time; then the writes, as in
--         row_changes.lua
-- Result  'done' | 'late' | 'full': a queue has no room | the result of read_rows.lua for a change, if a row has changed since.
--         The last three change nothing
-- Promise No change that was made between the reads and this call is lost.
local current, at = read_all()
local digest = ARGV[at] ~= '' and digest_of(current) or ''
if digest ~= ARGV[at] then return reply(digest, current) end
local time = now()
if time > tonumber(ARGV[at + 1]) then return 'late' end
if not has_room(ARGV, at + 2, #ARGV) then return 'full' end
write_rows(ARGV, at + 2, #ARGV, stamp_of(time, '', 0))
return 'done'
