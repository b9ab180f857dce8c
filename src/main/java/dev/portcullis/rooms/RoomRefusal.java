package dev.portcullis.rooms;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.rooms.RoomDecision.Rule;
import java.util.Locale;
import java.util.stream.Stream;

/** Why a room is not shown or not changed. Nothing was done then. */
public enum RoomRefusal {
    /** There is none, or none that the user may enter: which of the two is not told (CWE-204). */
    NOT_FOUND,
    FORBIDDEN,
    /** A verified user might do it. */
    UNVERIFIED,
    /** Nothing of the name can be shown. */
    BAD_NAME,
    /** The id belongs to another room, or did until lately. */
    TAKEN,
    /** The room has as many members, or mutes, as it may have. */
    FULL,
    /** The user has as many rooms as they may have, or as many public ones, or there are enough of these. */
    TOO_MANY_ROOMS,
    /** The user sent as many invitations as may be open. */
    TOO_MANY_INVITATIONS,
    /** The room would have no owner. */
    LAST_OWNER,
    /** Others change the same memberships at the same time. */
    CHANGED,
    /** It can't be decided, or not in time. */
    UNAVAILABLE;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** What an append to the room's stream was refused for. */
    public static RoomRefusal of(Rejection why) {
        return why.fold(limited -> UNAVAILABLE, failed -> switch (failed.reason()) {
            case NOT_MEMBER, NOT_FOUND -> NOT_FOUND;
            case FORBIDDEN -> why.equals(Rejection.unverified()) ? UNVERIFIED : FORBIDDEN;
            case CONFLICT ->
                Stream.of(LAST_OWNER, CHANGED)
                        .filter(each -> failed.details().stream()
                                .anyMatch(detail -> detail.rule().equals(each.id)))
                        .findFirst()
                        .orElse(FULL);
            default -> UNAVAILABLE;
        });
    }

    /** What a rule refuses a call for. */
    static RoomRefusal of(Rule rule) {
        return switch (rule) {
            case BARRED, NO_ACCESS -> NOT_FOUND;
            case NO_ANSWER -> UNAVAILABLE;
            case UNVERIFIED -> UNVERIFIED;
            default -> FORBIDDEN;
        };
    }

    /** As in answers and in the audit log. */
    public String id() {
        return id;
    }
}
