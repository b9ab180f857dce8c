package dev.portcullis.edge.tcp;

import java.util.Locale;

/** Why we close a TCP connection that has not upgraded. */
public enum PendingEnd {
    ADDRESS_LIMIT,
    NODE_LIMIT,
    ADDRESS_RATE,
    DEADLINE,
    IDLE,
    UNTRUSTED_PROXY,
    PROXY_HEADER;

    private final String id = name().toLowerCase(Locale.ROOT);

    public String id() {
        return id;
    }
}
