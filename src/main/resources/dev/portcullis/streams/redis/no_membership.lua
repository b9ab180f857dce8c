-- Stands in the place of what ends a membership, in an append with which none ends.
local membership
