package dev.portcullis.uploads.disk;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all files on a node: those that are there, and those that are on their way. A ticket counts nothing:
 * otherwise strangers would fill the node with files that they never send (CWE-770). Used by all threads.
 */
public final class DiskQuota {
    private final long max;
    private final AtomicLong used = new AtomicLong();

    public DiskQuota(long max) {
        this.max = max;
    }

    public boolean hasRoom(long bytes) {
        return bytes <= max - used.get();
    }

    /**
     * Returns false if there is no room. If true, {@link #release} must follow when the file is deleted. Compares and counts in
     * one step, so that two files cannot both get the last room (CWE-367).
     */
    public boolean tryReserve(long bytes) {
        long before = used.getAndUpdate(now -> bytes <= max - now ? now + bytes : now);
        return bytes <= max - before;
    }

    /** Counts what was there before the start, also where it is beyond the bound. */
    public void countKnown(long bytes) {
        used.addAndGet(bytes);
    }

    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    public long used() {
        return used.get();
    }
}
