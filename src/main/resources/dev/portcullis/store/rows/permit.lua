-- Takes a permit off the end of ARGV: conditions and writes as in row_changes.lua, and the number of each. It is placed between
-- row_changes.lua and the script that takes the permitted action. A permit without conditions only brings writes.
-- Promise Defines `permit`, which writes nothing before `write`.
local permit = {args = {}}
permit.writes = tonumber(table.remove(ARGV))
permit.conditions = tonumber(table.remove(ARGV))
for i = 4 * (permit.conditions + permit.writes), 1, -1 do permit.args[i] = table.remove(ARGV) end

function permit.holds()
    return are_unchanged(permit.args, 1, 4 * permit.conditions)
end

-- Returns whether each queue to which the writes push has room.
function permit.has_room()
    return has_room(permit.args, 4 * permit.conditions + 1, #permit.args)
end

function permit.write(stamp)
    write_rows(permit.args, 4 * permit.conditions + 1, #permit.args, stamp)
end
