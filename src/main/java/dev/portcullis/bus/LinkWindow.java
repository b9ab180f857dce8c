package dev.portcullis.bus;

/**
 * How much is under way to one other node. What goes there is counted; now and then an answer is asked for, one at a
 * time, which confirms all that went before. Beyond the bound, and while the node owes an answer for too long, nothing
 * is taken: the bus beneath would keep it all in memory. Not safe for threads.
 */
final class LinkWindow {
    private final long limit;
    private long sent;
    private long acked;
    private long ackCovers;
    private boolean ackPending;
    private boolean unresponsive;

    LinkWindow(long most) {
        this.limit = most;
    }

    long unackedBytes() {
        return sent - acked;
    }

    /** Whether this many bytes may go there now. If so they count as under way. */
    boolean reserve(int bytes) {
        if (unresponsive || unackedBytes() + bytes > limit) {
            return false;
        }
        sent += bytes;
        return true;
    }

    /** Whether what goes now must ask for an answer; if so, somebody will call one of the two below. */
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
