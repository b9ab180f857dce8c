package dev.portcullis.rooms;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.rooms.RoomDecision.Rule;
import java.util.stream.Stream;

/** The reason why a room is not shown or not changed. Nothing was done then. */
public enum RoomRefusal implements LowerCaseId {
    /** No such room exists, or none that the user may enter: which of the two is not told (CWE-204). */
    NOT_FOUND,
    FORBIDDEN,
    /** A verified user might do it. */
    UNVERIFIED,
    /** The name has no visible character. */
    BAD_NAME,
    /** The id belongs to another room, or did until recently. */
    TAKEN,
    /** The room has the most members, or mutes, that it may have. */
    FULL,
    /** The user has the most rooms, or public rooms, that they may have, or there are enough public rooms. */
    TOO_MANY_ROOMS,
    /** The user has the most open invitations that they may send. */
    TOO_MANY_INVITATIONS,
    LAST_OWNER,
    /** More entries of the room would be kept than its owner may. */
    TOO_MANY_ENTRIES,
    /** Entries of the room would be kept for longer than its owner may. */
    TOO_LONG,
    /** Others change the same memberships at the same time. */
    CHANGED,
    /** The question can't be decided, or not in time. */
    UNAVAILABLE;

    /** The refusal of a call whose append to the room's stream was refused. */
    public static RoomRefusal of(Rejection why) {
        return why.fold(limited -> UNAVAILABLE, failed -> switch (failed.reason()) {
            case NOT_MEMBER, NOT_FOUND -> NOT_FOUND;
            case FORBIDDEN -> why.equals(Rejection.unverified()) ? UNVERIFIED : FORBIDDEN;
            case CONFLICT ->
                Stream.of(LAST_OWNER, CHANGED)
                        .filter(each -> failed.details().stream()
                                .anyMatch(detail -> detail.rule().equals(each.id())))
                        .findFirst()
                        .orElse(FULL);
            default -> UNAVAILABLE;
        });
    }

    /** The refusal of a call that a rule refuses. */
    static RoomRefusal of(Rule rule) {
        return switch (rule) {
            case BARRED, NO_ACCESS -> NOT_FOUND;
            case NO_ANSWER -> UNAVAILABLE;
            case UNVERIFIED -> UNVERIFIED;
            default -> FORBIDDEN;
        };
    }
}
