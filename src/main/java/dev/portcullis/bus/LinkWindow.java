package dev.portcullis.bus;

/**
 * How much is under way to one other node. What goes there is counted; now and then an answer is asked for, one at a
 * time, which confirms all that went before. Beyond the bound, and while the node owes an answer for too long, nothing
 * is taken: the bus beneath would keep it all in memory. Not safe for threads.
 */
final class LinkWindow {
    private final long most;
    private long sent;
    private long confirmed;
    private long askedAbout;
    private boolean asking;
    private boolean unresponsive;

    LinkWindow(long most) {
        this.most = most;
    }

    long underWay() {
        return sent - confirmed;
    }

    /** Whether this many bytes may go there now. If so they count as under way. */
    boolean take(int bytes) {
        if (unresponsive || underWay() + bytes > most) {
            return false;
        }
        sent += bytes;
        return true;
    }

    /** Whether what goes now must ask for an answer; if so, somebody will call one of the two below. */
    boolean ask() {
        if (asking) {
            return false;
        }
        asking = true;
        askedAbout = sent;
        return true;
    }

    void answered() {
        asking = false;
        unresponsive = false;
        confirmed = askedAbout;
    }

    void unanswered() {
        asking = false;
        unresponsive = true;
    }
}
