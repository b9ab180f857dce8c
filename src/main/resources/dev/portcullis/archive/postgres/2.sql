-- The entries of an author: what a deletion of the user changes.
CREATE INDEX entry_author ON portcullis.entry (author) WHERE author IS NOT NULL;

-- Users who were deleted lately. A node may have read entries of theirs from the store before, and adds them after: without their names.
CREATE TABLE portcullis.erasure (
    author text COLLATE "C" PRIMARY KEY,
    becomes text NOT NULL,
    of_texts boolean NOT NULL,
    -- The latest store time of entries that are meant, in milliseconds.
    not_after bigint NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
