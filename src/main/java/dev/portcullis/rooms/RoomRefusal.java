package dev.portcullis.rooms;

import java.util.Locale;

/** Why a room is not shown or not changed. Nothing was done then. */
public enum RoomRefusal {
    /** There is none, or none that the user may enter: which of the two is not told (CWE-204). */
    NOT_FOUND,
    FORBIDDEN,
    /** Nothing of the name can be shown. */
    BAD_NAME,
    /** The id belongs to another room, or did until lately. */
    TAKEN,
    /** The room has as many members, or mutes, as it may have. */
    FULL,
    /** The user has as many rooms as they may have, or there are as many public ones as there may be. */
    TOO_MANY_ROOMS,
    /** The room would have no owner. */
    LAST_OWNER,
    /** Others change the same memberships at the same time. */
    CHANGED,
    /** It can't be decided, or not in time. */
    UNAVAILABLE;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** As in answers and in the audit log. */
    public String id() {
        return id;
    }
}
