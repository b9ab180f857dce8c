-- Returns the time in milliseconds by Redis's own clock, unless a test sets another.
local function store_time(set)
    if set ~= '0' then
        return tonumber(set)
    end
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end
