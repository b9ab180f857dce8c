-- Reads whether a token is revoked.
-- KEYS    1 the user's revocations   2 the lane's revocations
-- ARGV    1 now (0: Redis's clock)   2 the token's id   3 its iat   4 its sid or ''
-- Result  1 or 0
return is_revoked(KEYS[1], KEYS[2], token_in(ARGV, 2), store_time(ARGV[1])) and 1 or 0
