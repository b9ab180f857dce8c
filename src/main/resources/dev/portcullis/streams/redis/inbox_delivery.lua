-- Functions on the delivery of an inbox. Prepended to the scripts that use them, after entries.lua.

-- Returns the seq up to which the user has everything. The record has it as `acked`, so it is forgotten with the record.
local function acknowledged(meta_key, meta)
    return math.min(tonumber(redis.call('HGET', meta_key, 'acked') or 0), meta.head)
end

-- Returns the seq after which every kept entry is owed to a reader who has everything up to `at`.
local function owed_after(entries, meta, now, at)
    local length = redis.call('LLEN', entries)
    return math.max(at, meta.head - length + oldest_kept(entries, length, meta, now))
end
