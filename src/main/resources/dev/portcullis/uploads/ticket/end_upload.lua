-- Begins the end of an upload, whatever its state is.
-- KEYS    as in uploads.lua
-- ARGV    1 the id   2 when others may claim it
-- Result  the row from now on; nothing if there is none
-- Promise Its bytes count until it is removed. Idempotent.
local upload = find(ARGV[1])
if not upload then return false end
return change(upload, ending(upload), ARGV[2])
