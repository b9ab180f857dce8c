-- Reports that something begins, and holds the event of its end.
-- KEYS    the keys of the outbox
-- ARGV    now (0: Redis's clock), its id, the incarnation that owns it; then the arguments of the outbox
-- Result  1
-- Promise Idempotent.
outbox.begin(ARGV[2], ARGV[3], store_time(ARGV[1]))
return 1
