-- Stands in the place of what asks the room, in an append that concerns none of its members.
local membership
