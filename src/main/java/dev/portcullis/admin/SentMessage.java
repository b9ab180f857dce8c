package dev.portcullis.admin;

import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import java.util.Locale;

/** The result of publishing a message of the application's server, as a metric counts it. */
public enum SentMessage {
    STORED,
    /** The event was published, but its type is not stored. */
    SENT,
    VALIDATION_FAILED,
    MESSAGE_TOO_LARGE,
    CONFLICT,
    RESTRICTED,
    UNAVAILABLE,
    /** A reason that only frames of users have. */
    OTHER;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** The label. */
    public String id() {
        return id;
    }

    static SentMessage of(Rejection why) {
        return why.fold(limited -> OTHER, failed -> of(failed.reason()));
    }

    private static SentMessage of(Reason reason) {
        return switch (reason) {
            case VALIDATION_FAILED -> VALIDATION_FAILED;
            case MESSAGE_TOO_LARGE -> MESSAGE_TOO_LARGE;
            case CONFLICT -> CONFLICT;
            case RESTRICTED -> RESTRICTED;
            case UNAVAILABLE -> UNAVAILABLE;
            default -> OTHER;
        };
    }
}
