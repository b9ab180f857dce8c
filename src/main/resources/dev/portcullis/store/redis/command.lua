-- Runs one command on each key.
-- KEYS    keys of one lane, or of several lanes outside of a cluster
-- ARGV    the command, then its arguments behind the key
-- Result  for each key what the command returned
local results = {}
for i = 1, #KEYS do
    results[i] = redis.call(ARGV[1], KEYS[i], unpack(ARGV, 2))
end
return results
