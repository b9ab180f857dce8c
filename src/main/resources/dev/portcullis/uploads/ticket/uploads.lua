-- Prepended to the scripts on uploads, which all have the same keys, of one lane:
--   1 a hash of id and row
--   2 the ids, by the time at which they are due
--   3 a hash of sums: <bytes of tickets> <bytes of files> <pending> <uploads>, of '*' all, 'o <owner>', and 'a <network>' those
--     that users sent from it while they were new
--   4 the owners, by name: those with most bytes first
--   5 the uploads of each owner, by name: <owner> <created at> <id>
--   6 a hash of users and since when they are known
--   7 the same users, by the time at which they asked last
local ROWS, DUE, SUMS, HOLDERS, OWNED, KNOWN, SEEN = unpack(KEYS)
