package dev.portcullis.ratelimit.stuffing;

import java.util.Locale;

/** The signs that an address tries stolen or guessed credentials. */
public enum StuffingSign {
    /** Logins to many accounts fail. */
    ACCOUNTS,
    /** Many tokens are forged. */
    TOKENS;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** The name in the log and in metrics. */
    public String id() {
        return id;
    }
}
