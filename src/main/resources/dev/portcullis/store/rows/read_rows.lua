-- Reads rows.
-- KEYS    the keys of the reads
-- ARGV    as in rows.lua; then '1' if they are read for a change, or ''
-- Result  {now, for a change the digest of the reads, {a value or nothing, or members, ...}}
-- Promise Writes nothing.
local results, at = read_all()
return reply(ARGV[at] == '1' and digest_of(results) or '', results)
