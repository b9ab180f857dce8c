-- Keeps an upload that was received in time.
-- KEYS    as in uploads.lua
-- ARGV    1 the id   2 now   3 when the file is to be deleted
-- Result  1 if it is kept, 0 if it came too late
-- Promise None is kept whose end has begun. Idempotent.
local upload, now = find(ARGV[1]), tonumber(ARGV[2])
if not upload or upload.due <= now then return 0 end
if upload.state == 'kept' then return 1 end
if upload.state ~= 'receiving' then return 0 end
change(upload, 'kept', ARGV[3])
return 1
