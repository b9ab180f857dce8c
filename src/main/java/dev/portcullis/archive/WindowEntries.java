package dev.portcullis.archive;

import dev.portcullis.streams.StreamName;

/** How many entries the store keeps of a stream, once the archive has them. */
public interface WindowEntries {
    int of(StreamName stream);
}
