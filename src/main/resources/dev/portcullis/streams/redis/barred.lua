-- Tells which of some users are barred from a stream. Writes nothing.
-- KEYS    b:<stream>
-- ARGV    the users, at most a few thousand
-- Result  for each user 1 or 0: whether the user is barred
-- Promise All answers are of one moment.
return redis.call('SMISMEMBER', KEYS[1], unpack(ARGV))
