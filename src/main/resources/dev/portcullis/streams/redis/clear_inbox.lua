-- Deletes an inbox, but for its head.
-- KEYS    m:<inbox>, e:<inbox>, b:<inbox>, w:<inbox>, ci:<inbox>, ss:<inbox>, sk:<inbox>, cp:<inbox>
-- Result  how many entries there were, and the head: its epoch and seq; an empty epoch and 0 for an inbox without a record
-- Promise No position of the inbox ever means another entry. Its record expires like that of a stream without entries, and says
--         until then that everything is delivered: nothing is missing, also for a later user of this id.
local entries = redis.call('LLEN', KEYS[2])
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if field == 'acked' or field == 'gaps' or field == 'shared' or string.sub(field, 1, 2) == 'd:' then
        redis.call('HDEL', KEYS[1], field)
    end
end
local head = redis.call('HGET', KEYS[1], 'head')
if head then
    redis.call('HSET', KEYS[1], 'acked', head)
end
return {entries, redis.call('HGET', KEYS[1], 'epoch') or '', head or '0'}
