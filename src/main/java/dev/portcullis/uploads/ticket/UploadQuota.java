package dev.portcullis.uploads.ticket;

/**
 * What one user may have at a time.
 *
 * @param bytes of all their uploads, from the ticket on
 * @param pending uploads that are not kept yet
 */
public record UploadQuota(long bytes, int pending) {
    /** Why there is no ticket. */
    public enum Excess {
        BYTES,
        PENDING
    }
}
