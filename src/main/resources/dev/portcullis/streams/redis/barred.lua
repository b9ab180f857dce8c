-- Which of some users are barred from a stream. Writes nothing.
-- KEYS    b:<stream>
-- ARGV    the users, at most a few thousand
-- Result  for each 1 or 0: whether they are barred
-- Promise All of one moment.
return redis.call('SMISMEMBER', KEYS[1], unpack(ARGV))
