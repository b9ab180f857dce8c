-- The keys under which the index has a message: of the terms of its latest text, its stream, its users and its time.
ALTER TABLE portcullis.entry ADD COLUMN words int[];

-- The tables that are there get it from the nodes, one after the other, without a lock that others wait for.
CREATE INDEX entry_words ON ONLY portcullis.entry USING gin (words) WHERE words IS NOT NULL;

-- The months that entries of a month's table show, where these are others: clocks differ.
CREATE TABLE portcullis.shown_month (
    month int NOT NULL,
    shown int NOT NULL,
    PRIMARY KEY (month, shown)
);

-- The months whose entries are from before the index, and how far each has come.
CREATE TABLE portcullis.unindexed (
    month int PRIMARY KEY,
    -- Whether the table has its index. Entries that come from then on are found.
    ready boolean NOT NULL DEFAULT false,
    stream int NOT NULL DEFAULT 0,
    seq bigint NOT NULL DEFAULT 0
);
INSERT INTO portcullis.unindexed (month)
SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM '\d+')::int
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'portcullis.entry'::regclass;
