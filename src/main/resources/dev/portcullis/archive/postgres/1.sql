-- The names of the histories of streams: there are few, and each entry has one.
CREATE TABLE portcullis.epoch (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    value text COLLATE "C" NOT NULL UNIQUE
);

-- The position (epoch, seq) up to which the archive has each stream, and the last of its runs. Each part that is added changes the row.
CREATE TABLE portcullis.stream (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    epoch int NOT NULL,
    seq bigint NOT NULL,
    run_first bigint NOT NULL,
    run_month int NOT NULL,
    -- The last of the amendments that came before their part; their entries have a higher seq than the stream.
    early_seq bigint NOT NULL
) WITH (fillfactor = 70);

-- Consecutive entries of a stream in one month. A page finds its months here, and the holes where entries were lost.
CREATE TABLE portcullis.run (
    stream int NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    month int NOT NULL,
    PRIMARY KEY (stream, first_seq)
) WITH (fillfactor = 70);

-- The entries, in a table for each month. The month is counted from January 1970, and never lower than that of the entry before. The
-- columns are in the order that leaves no bytes unused.
CREATE TABLE portcullis.entry (
    seq bigint NOT NULL,
    stored bigint NOT NULL,
    stamp bigint NOT NULL,
    stream int NOT NULL,
    month int NOT NULL,
    epoch int NOT NULL,
    state smallint NOT NULL,
    -- The newest amendment that the stream knows; the amendment before it, for an amendment.
    amendment bigint,
    -- The newest amendment that the archive has.
    newest bigint,
    newest_month int,
    -- The id of the message: a UUID, or any other text.
    message_id uuid,
    message_name text,
    author text,
    -- The other user of the conversation that the entry of an inbox belongs to.
    other text,
    bars text,
    body bytea NOT NULL,
    PRIMARY KEY (stream, month, seq)
) PARTITION BY LIST (month);

CREATE INDEX entry_message ON portcullis.entry (message_id) WHERE message_id IS NOT NULL;
-- A text may be too long for other indexes.
CREATE INDEX entry_message_name ON portcullis.entry USING hash (message_name) WHERE message_name <> '';
CREATE INDEX entry_conversation ON portcullis.entry (stream, other, seq) WHERE other IS NOT NULL;

-- Entries that the streams no longer have, since the store lost them after the archive got them. No read finds them.
CREATE TABLE portcullis.superseded (
    LIKE portcullis.entry,
    superseded_at timestamptz NOT NULL DEFAULT now()
);
