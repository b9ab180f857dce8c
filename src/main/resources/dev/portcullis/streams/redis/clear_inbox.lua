-- Deletes an inbox, but for its head.
-- KEYS    m:<inbox>, e:<inbox>, b:<inbox>, w:<inbox>, bl:<inbox>, c:<inbox>
-- Result  nothing
-- Promise No position of the inbox ever means another entry. Its record goes when that of a stream without entries would.
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if field == 'acked' or string.sub(field, 1, 2) == 'd:' then
        redis.call('HDEL', KEYS[1], field)
    end
end
return {}
