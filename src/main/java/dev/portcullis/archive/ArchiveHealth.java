package dev.portcullis.archive;

/**
 * Whether the archive answers this node, and takes what it is given, as the node last tried; and what its holds take, as the node last
 * asked. All threads of the node share it.
 */
public final class ArchiveHealth {
    private volatile boolean away;
    private volatile boolean behind;
    private volatile long heldBytes;

    void reached(boolean answers) {
        away = !answers;
        if (!answers) {
            behind = true;
        }
    }

    /** It has what waited for it. */
    void caughtUp() {
        behind = away;
    }

    public boolean isAway() {
        return away;
    }

    /** Whether the archive may lack what was appended while it was away. */
    boolean isBehind() {
        return behind;
    }

    void holds(long bytes) {
        heldBytes = bytes;
    }

    public long heldBytes() {
        return heldBytes;
    }
}
