package dev.portcullis.broadcast.interest;

/** All of an edge node's interest, as it stood when this many changes had been made to it. */
@SuppressWarnings("ArrayRecordComponent")
public // decoded once, never compared
record InterestSnapshot(long incarnation, long number, byte[] bits) {
    /** Asks an edge node for it. */
    public record Request(int bits) {}
}
