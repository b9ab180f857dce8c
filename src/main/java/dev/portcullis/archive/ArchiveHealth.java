package dev.portcullis.archive;

/** Whether this node reaches the archive, as it last tried. All threads of the node share it. */
public final class ArchiveHealth {
    private volatile boolean away;

    void reached(boolean answers) {
        away = !answers;
    }

    public boolean isAway() {
        return away;
    }
}
