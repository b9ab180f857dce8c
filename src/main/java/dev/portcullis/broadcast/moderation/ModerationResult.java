package dev.portcullis.broadcast.moderation;

import java.util.Locale;

/** The kind of the moderation service's answer, for a metric. */
public enum ModerationResult {
    ALLOW,
    REFUSE,
    REPLACE,
    /** The service gave no answer, or none that can be understood. */
    NONE;

    private final String id = name().toLowerCase(Locale.ROOT);

    public String id() {
        return id;
    }

    static ModerationResult of(ModerationAnswer answer) {
        return answer.fold(() -> ALLOW, refused -> REFUSE, replaced -> REPLACE, () -> NONE);
    }
}
