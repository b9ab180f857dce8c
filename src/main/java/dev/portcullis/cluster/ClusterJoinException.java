package dev.portcullis.cluster;

/** The node can't be one of the cluster: one line that says why and how to mend it. */
public final class ClusterJoinException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    public ClusterJoinException(String line) {
        this(line, false);
    }

    private ClusterJoinException(String line, boolean passing) {
        super(line);
        this.passing = passing;
    }

    /** For a reason that may be over in a moment, with nobody mending anything. */
    public static ClusterJoinException passing(String line) {
        return new ClusterJoinException(line, true);
    }

    public boolean mayPass() {
        return passing;
    }
}
