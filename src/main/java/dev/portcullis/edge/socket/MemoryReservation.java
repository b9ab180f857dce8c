package dev.portcullis.edge.socket;

/** What one part of a connection holds, as the node's budget knows it. */
final class MemoryReservation {
    private final MemoryBudget memory;
    private long bytes;
    private long progressAt;

    MemoryReservation(MemoryBudget memory) {
        this.memory = memory;
    }

    /** So much it is now. */
    void set(long now) {
        long more = now - bytes;
        if (bytes == 0 || more < 0) {
            progressAt = System.nanoTime();
        }
        bytes = now;
        if (more > 0) {
            memory.take(more);
        } else if (more < 0) {
            memory.release(-more);
        }
    }

    long bytes() {
        return bytes;
    }

    /** Nanoseconds since some of it went last. Growing is not moving: a message that never ends grows. */
    long stuckFor(long now) {
        return bytes == 0 ? 0 : now - progressAt;
    }

    long stuckBytes(long now) {
        return stuckFor(now) > LoadShedder.STUCK_NANOS ? bytes : 0;
    }

    /** It could not move until now. */
    void resumed() {
        progressAt = System.nanoTime();
    }
}
