package dev.portcullis.broadcast.moderation;

import java.util.Locale;

/** How the moderation service answered, for a metric. */
public enum ModerationResult {
    ALLOW,
    REFUSE,
    REPLACE,
    /** No answer, or none that can be understood. */
    NONE;

    private final String id = name().toLowerCase(Locale.ROOT);

    public String id() {
        return id;
    }

    static ModerationResult of(ModerationAnswer answer) {
        return answer.fold(() -> ALLOW, refused -> REFUSE, replaced -> REPLACE, () -> NONE);
    }
}
