-- Reads rows.
-- KEYS    those of the reads
-- ARGV    as in rows.lua
-- Result  {now, digest of what was read, {a value or nothing, or members, ...}}
-- Promise Writes nothing.
return (read_all())
