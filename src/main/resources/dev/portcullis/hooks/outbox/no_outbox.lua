-- Replaces outbox.lua where no hook is configured: nothing is reported.
local outbox
