-- Uses a ticket.
-- KEYS    as in uploads.lua
-- ARGV    1 the id   2 the hash of the ticket   3 now   4 when all must have arrived
-- Result  the row from now on; nothing if there is no such ticket, it was used, or it is due
-- Promise Of several callers one gets the row.
local upload = find(ARGV[1])
if not upload or upload.state ~= 'issued' or upload.hash ~= ARGV[2] or upload.due <= tonumber(ARGV[3]) then return false end
return change(upload, 'receiving', ARGV[4])
