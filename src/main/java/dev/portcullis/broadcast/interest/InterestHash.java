package dev.portcullis.broadcast.interest;

import dev.portcullis.streams.StreamName;

/** The bit that represents a stream. Of streams with the same bit all are sent to an edge that follows one of them. */
record InterestHash(int bits) {
    private static final int GOLDEN = 0x9E3779B9;

    /** The same on every node: the language specifies {@link String#hashCode}. */
    int of(StreamName stream) {
        int mixed = stream.value().hashCode() * GOLDEN;
        return (mixed ^ (mixed >>> 16)) & (bits - 1);
    }
}
