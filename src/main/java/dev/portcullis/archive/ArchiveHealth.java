package dev.portcullis.archive;

/**
 * Whether the archive answers this node, and takes what it is given, as the node last tried; and what its holds take, as the node last
 * asked. All threads of the node share it.
 */
public final class ArchiveHealth {
    private volatile boolean away;
    private volatile long heldBytes;

    void reached(boolean answers) {
        away = !answers;
    }

    public boolean isAway() {
        return away;
    }

    void holds(long bytes) {
        heldBytes = bytes;
    }

    public long heldBytes() {
        return heldBytes;
    }
}
