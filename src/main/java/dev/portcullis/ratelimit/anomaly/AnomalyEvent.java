package dev.portcullis.ratelimit.anomaly;

import java.util.Locale;

/** What raises the score of a session. */
public enum AnomalyEvent {
    INVALID_FRAME(5),
    BLOCK(10),
    FORBIDDEN(15),
    CSRF(20),
    SIGNATURE(25);

    private final int weight;
    private final String id = name().toLowerCase(Locale.ROOT);

    AnomalyEvent(int weight) {
        this.weight = weight;
    }

    /** By how much it raises the score, unless configured. */
    int defaultWeight() {
        return weight;
    }

    /** As in the configuration, in metrics and in the audit log. */
    public String id() {
        return id;
    }
}
