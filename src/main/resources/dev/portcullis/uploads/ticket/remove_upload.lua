-- Removes an upload whose end has begun.
-- KEYS    as in uploads.lua
-- ARGV    1 the id
-- Result  1 if it was removed, else 0
-- Promise Its bytes count no more. One in another state stays. Idempotent.
local upload = find(ARGV[1])
if not upload or upload.state ~= ending(upload) then return 0 end
count(upload, -1)
redis.call('HDEL', ROWS, upload.id)
redis.call('ZREM', DUE, upload.id)
return 1
