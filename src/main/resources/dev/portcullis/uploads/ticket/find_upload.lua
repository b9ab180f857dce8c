-- Reads an upload.
-- KEYS    as in uploads.lua
-- ARGV    1 the id
-- Result  the row; nothing if there is none
-- Promise Writes nothing.
local upload = find(ARGV[1])
return upload and upload.row or false
