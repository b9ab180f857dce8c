package dev.portcullis.broadcast;

/** All of an edge node's interest, as it stood when this many changes had been made to it. */
@SuppressWarnings("ArrayRecordComponent") // decoded once, never compared
record InterestSnapshot(long incarnation, long number, byte[] bits) {
    /** Asks an edge node for it. */
    record Request(int bits) {}
}
