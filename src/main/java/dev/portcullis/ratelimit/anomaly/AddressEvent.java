package dev.portcullis.ratelimit.anomaly;

import java.util.Locale;

/** What raises the score of an address. A client that is authenticated never does. */
public enum AddressEvent {
    /** A handshake that no WebSocket client sends. */
    MALFORMED_HANDSHAKE(5),
    /** A token that no issuer signed so. */
    INVALID_TOKEN(5),
    /** A signature of an attack in a refused request. */
    SIGNATURE(25);

    private final int weight;
    private final String id = name().toLowerCase(Locale.ROOT);

    AddressEvent(int weight) {
        this.weight = weight;
    }

    /** By how much it raises the score, unless configured. */
    int defaultWeight() {
        return weight;
    }

    /** As in the configuration and in the audit log. */
    public String id() {
        return id;
    }
}
