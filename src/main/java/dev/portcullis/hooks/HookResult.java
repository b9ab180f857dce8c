package dev.portcullis.hooks;

import java.util.Locale;

/** The result of delivering an event, as a label. */
public enum HookResult {
    DELIVERED,
    /** It will be delivered again. */
    REPEATED,
    DISCARDED;

    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
