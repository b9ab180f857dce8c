package dev.portcullis.admin.node;

import java.util.Locale;

/** The state of a node between its start and its end. */
public enum NodeState {
    STARTING,
    SERVING,
    DRAINING;

    private final String id = name().toLowerCase(Locale.ROOT);

    public String id() {
        return id;
    }
}
