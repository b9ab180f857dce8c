package dev.portcullis.bus;

/**
 * Flow-control window of the link to one other node. Counts the bytes sent; requests one acknowledgement at a time,
 * which covers everything sent before it. Beyond the limit, and while an acknowledgement is overdue, it admits nothing:
 * the event bus would keep it all in memory. Not thread-safe.
 */
final class LinkWindow {
    private final long limit;
    private long sent;
    private long acked;
    private long ackCovers;
    private boolean ackPending;
    private boolean unresponsive;

    LinkWindow(long limit) {
        this.limit = limit;
    }

    long unackedBytes() {
        return sent - acked;
    }

    /** Returns whether this many bytes may be sent now. If so, they count as unacknowledged. */
    boolean reserve(int bytes) {
        if (unresponsive || unackedBytes() + bytes > limit) {
            return false;
        }
        sent += bytes;
        return true;
    }

    /**
     * Returns whether the next batch must request an acknowledgement. If so, {@link #onAck} or {@link #onAckTimeout}
     * follows.
     */
    boolean requestAck() {
        if (ackPending) {
            return false;
        }
        ackPending = true;
        ackCovers = sent;
        return true;
    }

    void onAck() {
        ackPending = false;
        unresponsive = false;
        acked = ackCovers;
    }

    void onAckTimeout() {
        ackPending = false;
        unresponsive = true;
    }
}
