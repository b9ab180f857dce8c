-- Makes calls of the scripts above.
-- KEYS    the keys of each call, one call after the other
-- ARGV    for each call the number of its script, how many keys and how many arguments it has, and its arguments
-- Result  for each call its result or its error. The last calls are missing where those before them returned much: call it again
-- Promise At least one call is made. All are made at one moment, in their order.
local MOST_BYTES = 262144 -- a fraction of a millisecond, for which others wait
local results, bytes, keys, at = {}, 0, 0, 1

local function script(number)
    if not scripts[number] then
        families[family_of[number]]()
    end
    return scripts[number]
end

local function some(from, first, count)
    local part = {}
    for i = 1, count do
        part[i] = from[first + i]
    end
    return part
end

local function size(value)
    if type(value) ~= 'table' then
        return type(value) == 'string' and #value or 0
    end
    local sum = 0
    for i = 1, #value do
        sum = sum + size(value[i])
    end
    return sum
end

while at <= #ARGV and bytes < MOST_BYTES do
    local of_keys, of_args = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local done, result = pcall(script(tonumber(ARGV[at])), some(KEYS, keys, of_keys), some(ARGV, at + 2, of_args))
    results[#results + 1] = done and result or {err = 'ERR ' .. (type(result) == 'table' and result.err or result)}
    keys, at = keys + of_keys, at + 3 + of_args
    bytes = bytes + (at <= #ARGV and size(result) or 0)
end
return results
