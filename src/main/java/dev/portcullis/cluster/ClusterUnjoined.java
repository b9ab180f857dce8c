package dev.portcullis.cluster;

/** The node can't be one of the cluster: one line that says why and how to mend it. */
public final class ClusterUnjoined extends Exception {
    private static final long serialVersionUID = 1L;

    public ClusterUnjoined(String line) {
        super(line);
    }
}
