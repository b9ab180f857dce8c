package dev.portcullis.cluster;

/** The node cannot join the cluster. The message is one line that says why and how to fix it. */
public final class ClusterJoinException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean temporary;

    public ClusterJoinException(String line) {
        this(line, false);
    }

    private ClusterJoinException(String line, boolean temporary) {
        super(line);
        this.temporary = temporary;
    }

    /** A failure whose reason may disappear without any action of an operator. */
    public static ClusterJoinException temporary(String line) {
        return new ClusterJoinException(line, true);
    }

    public boolean isTemporary() {
        return temporary;
    }
}
