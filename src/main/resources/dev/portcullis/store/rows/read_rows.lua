-- Reads rows.
-- KEYS    those of the reads
-- ARGV    as in rows.lua; then '1' if they are read for a change, else ''
-- Result  {now, for a change the digest of what was read, {a value or nothing, or members, ...}}
-- Promise Writes nothing.
local results, at = read_all()
return reply(ARGV[at] == '1' and digest_of(results) or '', results)
