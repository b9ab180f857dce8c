package dev.portcullis.broadcast.interest;

import dev.portcullis.streams.StreamName;

/**
 * The bit that represents a stream. If several streams have the same bit, an edge that follows one of them gets the entries of
 * all.
 */
record InterestHash(int bits) {
    private static final int GOLDEN = 0x9E3779B9;

    /** The bit of a stream. It is the same on every node: the language specifies {@link String#hashCode}. */
    int of(StreamName stream) {
        int mixed = stream.value().hashCode() * GOLDEN;
        return (mixed ^ (mixed >>> 16)) & (bits - 1);
    }
}
