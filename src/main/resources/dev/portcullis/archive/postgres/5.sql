-- Copies of entries as they were before they, or their texts, were removed: what holds keep until they are lifted.
CREATE TABLE portcullis.held (
    hold text COLLATE "C" NOT NULL,
    -- When the hold was placed, in milliseconds: one that is placed again is another one.
    since bigint NOT NULL,
    stored bigint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    epoch text COLLATE "C" NOT NULL,
    author text,
    -- The row of the entry, in the form in which a store has it.
    entry bytea NOT NULL,
    PRIMARY KEY (hold, since, stored, stream, seq, epoch)
);
CREATE INDEX held_author ON portcullis.held (author, hold, since) WHERE author IS NOT NULL;
