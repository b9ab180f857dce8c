package dev.portcullis.ratelimit.anomaly;

import dev.portcullis.protocol.LowerCaseId;

/** The events that raise the score of an address. A client that is authenticated never causes one. */
public enum AddressEvent implements LowerCaseId {
    /** A handshake that no WebSocket client sends. */
    MALFORMED_HANDSHAKE("malformedHandshake", 5),
    /** A token that no issuer signed so. */
    INVALID_TOKEN("invalidToken", 5),
    /** A signature of an attack in a refused request. */
    SIGNATURE("signature", 25);

    private final String key;
    private final int weight;

    AddressEvent(String key, int weight) {
        this.key = key;
        this.weight = weight;
    }

    /** The points that it adds to the score, unless configured. */
    int defaultWeight() {
        return weight;
    }

    /** The key of its weight in the configuration. */
    String key() {
        return key;
    }
}
