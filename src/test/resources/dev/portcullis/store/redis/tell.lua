-- Tells what it was called with. Fails for `fail`, and tells much for `much`.
-- KEYS    a key
-- ARGV    a word
-- Result  {the key, the word, maybe many bytes}
if ARGV[1] == 'fail' then
    redis.call('INCR', KEYS[1], 'too many arguments')
end
return {KEYS[1], told(ARGV[1]), {ARGV[1] == 'much' and string.rep('x', 300000) or ''}}
