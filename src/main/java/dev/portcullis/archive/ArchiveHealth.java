package dev.portcullis.archive;

/** Whether the archive answers this node, and takes what it is given, as the node last tried. All threads of the node share it. */
public final class ArchiveHealth {
    private volatile boolean away;

    void reached(boolean answers) {
        away = !answers;
    }

    public boolean isAway() {
        return away;
    }
}
