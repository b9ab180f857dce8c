package dev.portcullis.broadcast.interest;

import dev.portcullis.streams.StreamName;

/** Which bit stands for a stream. Streams that share one are all sent where one of them is carried. */
record InterestHash(int bits) {
    private static final int GOLDEN = 0x9E3779B9;

    /** The same on every node: {@link String#hashCode} is fixed by the language. */
    int of(StreamName stream) {
        int mixed = stream.value().hashCode() * GOLDEN;
        return (mixed ^ (mixed >>> 16)) & (bits - 1);
    }
}
