-- Functions on the entries of a stream. Prepended to the scripts that use them, after stream_meta.lua.

-- Returns whether the entry at an index was stored at `horizon` or later.
local function is_young(entries, index, horizon)
    local _, stored = struct.unpack('>I2c0i8', redis.call('LINDEX', entries, index), 2)
    return stored >= horizon
end

-- Returns the index of the oldest entry that was stored at `horizon` or later, by binary search: the times of entries never go
-- back.
local function oldest_young(entries, length, horizon)
    if length == 0 or is_young(entries, 0, horizon) then
        return 0
    end
    local low, high = 1, length
    while low < high do
        local middle = math.floor((low + high) / 2)
        if is_young(entries, middle, horizon) then
            high = middle
        else
            low = middle + 1
        end
    end
    return low
end

-- Returns the index of the oldest entry that a reader sees: one that is too old only where the archive does not have it yet, and
-- none that is beyond the retention.
local function oldest_kept(entries, length, meta, now)
    local oldest, archived = oldest_young(entries, length, now - meta.age), archived_seq(meta)
    local kept = archived and math.max(0, math.min(oldest, archived - meta.head + length)) or oldest
    if archived and meta.keep_age then
        kept = math.max(kept, oldest_young(entries, length, now - meta.keep_age))
    end
    return math.max(kept, hidden_seq(meta) - meta.head + length)
end

-- Returns the highest seq that is beyond the retention, or was once, as far as the store knows; 0 if none.
local function hidden_up_to(entries, length, meta, now)
    local old = meta.keep_age and oldest_young(entries, length, now - meta.keep_age) or 0
    return math.max(hidden_seq(meta), old > 0 and meta.head - length + old or 0)
end

-- Returns how many rows to fetch at once, where so many rows had so many bytes, and no more than `left` bytes are wanted. An
-- entry may have 64 KB: with a fixed number of rows, most would be copied for nothing (CWE-400).
local function fetch_size(rows, bytes, left)
    local MOST = 32
    return rows == 0 and 1 or math.max(1, math.min(MOST, math.floor(left * rows / bytes) + 1))
end
