-- Reports the end of a thing that is held.
-- KEYS    the keys of the outbox
-- ARGV    now (0: Redis's clock), its id; then the arguments of the outbox
-- Result  1
-- Promise Idempotent.
outbox.finish_held(ARGV[2], store_time(ARGV[1]))
return 1
