package dev.portcullis.broadcast.interest;

/** The whole interest of an edge node after {@code number} changes. */
@SuppressWarnings("ArrayRecordComponent") // decoded once, never compared
public record InterestSnapshot(long incarnation, long number, byte[] bits) {
    /** Requests the snapshot from an edge node. */
    public record Request(int bits) {}
}
