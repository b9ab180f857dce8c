-- Reports that something begins, and holds what is to be told at its end.
-- KEYS    those of the outbox
-- ARGV    now (0: Redis's clock), its id, the incarnation that owns it; then those of the outbox
-- Result  1
-- Promise Idempotent.
outbox.begin(ARGV[2], ARGV[3], store_time(ARGV[1]))
return 1
