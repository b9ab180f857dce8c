package dev.portcullis.hooks;

import java.util.Locale;

/** The result of delivering an event, as a label. */
public enum HookResult {
    /** The application took it. */
    DELIVERED,
    /** It will be delivered again. */
    REPEATED,
    /** It was given up: a dead letter. */
    DISCARDED;

    private final String id = name().toLowerCase(Locale.ROOT);

    public String id() {
        return id;
    }
}
