-- Reports the end of what is held.
-- KEYS    those of the outbox
-- ARGV    now (0: Redis's clock), its id; then those of the outbox
-- Result  1
-- Promise Idempotent.
outbox.finish_held(ARGV[2], store_time(ARGV[1]))
return 1
