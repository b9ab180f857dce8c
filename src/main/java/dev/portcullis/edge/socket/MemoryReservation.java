package dev.portcullis.edge.socket;

/** The bytes that one part of a connection holds, counted in the node's budget. */
final class MemoryReservation {
    private final MemoryBudget memory;
    private long bytes;
    private long progressAt;

    MemoryReservation(MemoryBudget memory) {
        this.memory = memory;
    }

    /** Sets the current number of bytes. */
    void set(long current) {
        long more = current - bytes;
        if (bytes == 0 || more < 0) {
            progressAt = System.nanoTime();
        }
        bytes = current;
        if (more > 0) {
            memory.take(more);
        } else if (more < 0) {
            memory.release(-more);
        }
    }

    long bytes() {
        return bytes;
    }

    /** Nanoseconds since the number last shrank. Growth is no progress: a message that never ends grows. */
    long stuckFor(long now) {
        return bytes == 0 ? 0 : now - progressAt;
    }

    long stuckBytes(long now) {
        return stuckFor(now) > LoadShedder.STUCK_NANOS ? bytes : 0;
    }

    /** Restarts the time after a pause in which no progress was possible. */
    void resumed() {
        progressAt = System.nanoTime();
    }
}
