-- What is kept of each stream: what was set for it alone (0: nothing), and what holds. No bound is the highest bigint.
ALTER TABLE portcullis.stream
    ADD COLUMN own_entries bigint NOT NULL DEFAULT 0,
    ADD COLUMN own_age bigint NOT NULL DEFAULT 0,
    ADD COLUMN keep_entries bigint NOT NULL DEFAULT 9223372036854775807,
    ADD COLUMN keep_age bigint NOT NULL DEFAULT 9223372036854775807,
    -- The highest seq that was beyond the retention once: no read returns it.
    ADD COLUMN hidden bigint NOT NULL DEFAULT 0,
    -- When something of the stream has to be removed, in milliseconds, or earlier; NULL if nothing ever has.
    ADD COLUMN due bigint;

CREATE INDEX stream_due ON portcullis.stream (due) WHERE due IS NOT NULL;
CREATE INDEX superseded_stream ON portcullis.superseded (stream, seq);

-- The configuration by which all streams have their retention.
CREATE TABLE portcullis.retention (
    configuration text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
