package dev.portcullis.protocol;

import java.util.Locale;

/** Why a token is refused. */
public enum AuthRefusal {
    INVALID_TOKEN,
    EXPIRED_TOKEN,
    REVOKED_TOKEN;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    public String id() {
        return id;
    }
}
