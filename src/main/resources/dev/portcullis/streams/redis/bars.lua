-- Functions on the bars of a stream, which are rows of a partition without values: see StreamBars and rows.lua. Prepended to the
-- scripts that read them.

local function bar_of(user)
    return user .. '\0'
end

local function is_barred(bars, user)
    return redis.call('ZSCORE', bars, bar_of(user)) and true or false
end
