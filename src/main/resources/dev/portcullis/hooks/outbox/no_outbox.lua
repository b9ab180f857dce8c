-- Stands in the place of outbox.lua where no hook is configured: then nothing is reported.
local outbox
