package dev.portcullis.edge.transport;

/** The bytes that one part of a connection holds, counted in the node's budget. */
public final class MemoryReservation {
    private final MemoryBudget memory;
    private long bytes;
    private long progressAt;

    public MemoryReservation(MemoryBudget memory) {
        this.memory = memory;
    }

    public void set(long current) {
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

    public long bytes() {
        return bytes;
    }

    /** Nanoseconds since the number last shrank. Growth is no progress: a message that never ends grows. */
    public long stuckFor(long now) {
        return bytes == 0 ? 0 : now - progressAt;
    }

    public long stuckBytes(long now) {
        return stuckFor(now) > LoadShedder.STUCK_NANOS ? bytes : 0;
    }

    /** Restarts the time after a pause in which no progress was possible. */
    public void resumed() {
        progressAt = System.nanoTime();
    }
}
