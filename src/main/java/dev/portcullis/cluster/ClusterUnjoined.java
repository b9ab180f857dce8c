package dev.portcullis.cluster;

/** The node can't be one of the cluster: one line that says why and how to mend it. */
public final class ClusterUnjoined extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    public ClusterUnjoined(String line) {
        this(line, false);
    }

    private ClusterUnjoined(String line, boolean passing) {
        super(line);
        this.passing = passing;
    }

    /** For a reason that may be over in a moment, with nobody mending anything. */
    public static ClusterUnjoined passing(String line) {
        return new ClusterUnjoined(line, true);
    }

    public boolean mayPass() {
        return passing;
    }
}
