-- Files of messages that were removed: they are here until a node has taken them to where they end.
CREATE TABLE portcullis.removed_file (
    file text COLLATE "C" NOT NULL,
    author text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    PRIMARY KEY (file, author, stream)
);
