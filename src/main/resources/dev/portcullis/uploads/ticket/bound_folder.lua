-- Which folder the rows of uploads are bound to.
-- KEYS    1 the id of the folder
-- Result  its id; nothing if they are bound to none
-- Promise Nothing changes.
return redis.call('GET', KEYS[1])
