package dev.portcullis.protocol;

import java.util.Locale;

/** Why a token let nobody in. */
public enum AuthRefusal {
    INVALID_TOKEN,
    EXPIRED_TOKEN,
    REVOKED_TOKEN;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** As it stands on the wire. */
    public String id() {
        return id;
    }
}
