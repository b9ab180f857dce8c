package dev.portcullis.admin;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.Rejection;
import java.util.stream.Stream;

/** The result of publishing a message of the application's server, as a metric counts it. */
public enum SentMessage implements LowerCaseId {
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

    static SentMessage of(Rejection why) {
        return Stream.of(values())
                .filter(each -> each.id().equals(why.id()))
                .findFirst()
                .orElse(OTHER);
    }
}
