-- Says what it was told, for tests. Writes nothing.
-- KEYS[1]  any
-- ARGV[1]  a text
-- Result   the text
return ARGV[1]
