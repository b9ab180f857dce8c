-- Forgets since when a user is known, as soon as they have no uploads.
-- KEYS    as in uploads.lua
-- ARGV    1 the user
-- Result  how many are known
-- Promise forget_unseen finds the user at once. Idempotent.
if redis.call('HEXISTS', KNOWN, ARGV[1]) == 1 then return redis.call('ZADD', SEEN, 'XX', 'CH', 0, ARGV[1]) end
return 0
