package dev.portcullis.ratelimit.anomaly;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Scope;
import java.util.Optional;
import java.util.Set;

/** The events that raise the score of a session. */
public enum AnomalyEvent implements LowerCaseId {
    INVALID_FRAME("invalidFrame", 5),
    BLOCK("block", 10),
    FORBIDDEN("forbidden", 15),
    CSRF("csrf", 20),
    SIGNATURE("signature", 25);

    /** The act of somebody else ends a right, and an honest user goes on for a while. */
    private static final Set<Rejection> OF_HONEST_USERS =
            Set.of(Rejection.muted(), Rejection.assigned(), Rejection.outranked(), Rejection.unverified());

    private final String key;
    private final int weight;

    AnomalyEvent(String key, int weight) {
        this.key = key;
        this.weight = weight;
    }

    /**
     * The event for a refusal of a frame, if there is one. For a limit only the begin of a block is an event, and for the limit
     * of one action not even that.
     */
    public static Optional<AnomalyEvent> of(Rejection why) {
        return OF_HONEST_USERS.contains(why)
                ? Optional.empty()
                : why.fold(
                        limited -> limited.penalty()
                                .filter(begun -> limited.scope() != Scope.ACTION)
                                .map(begun -> BLOCK),
                        failed -> of(failed.reason()));
    }

    /** An honest client meets {@code not_member} when a removal overtakes its frame, and the others by no fault of its own. */
    private static Optional<AnomalyEvent> of(Reason reason) {
        return switch (reason) {
            case INVALID_JSON, VALIDATION_FAILED, UNKNOWN_TYPE, MESSAGE_TOO_LARGE -> Optional.of(INVALID_FRAME);
            case FORBIDDEN -> Optional.of(FORBIDDEN);
            case CSRF_FAILED -> Optional.of(CSRF);
            case NOT_MEMBER, NOT_FOUND, CONFLICT, RESTRICTED, UNSUPPORTED, UNAVAILABLE, TIMEOUT, INTERNAL ->
                Optional.empty();
        };
    }

    /** The points that it adds to the score, unless configured. */
    int defaultWeight() {
        return weight;
    }

    /** The key of its weight in the configuration. */
    String key() {
        return key;
    }
}
