-- Adds events to the stream of the application.
-- KEYS    the stream
-- ARGV    how many entries it may have; then for each event its id, type, key and JSON
-- Result  1; 0 if there would be too many
-- Promise All events are added in this order, or none. Nothing is trimmed.
if redis.call('XLEN', KEYS[1]) + (#ARGV - 1) / 4 > tonumber(ARGV[1]) then
    return 0
end
for i = 2, #ARGV, 4 do
    redis.call('XADD', KEYS[1], '*', 'id', ARGV[i], 'type', ARGV[i + 1], 'key', ARGV[i + 2], 'event', ARGV[i + 3])
end
return 1
