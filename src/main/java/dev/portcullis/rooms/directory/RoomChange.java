package dev.portcullis.rooms.directory;

/** What came of a change of a room. Only {@link #DONE} changed anything. */
public enum RoomChange {
    DONE,
    /** The membership, or the record, on which the change was decided is another one by now: to be decided again. */
    CHANGED,
    /** There is such a room, or was until lately. */
    TAKEN,
    /** It was deleted, or no user created it. */
    ABSENT,
    /** It has as many members, or mutes, as it may have. */
    FULL,
    /** The user has as many rooms as they may have. */
    TOO_MANY_ROOMS,
    /** It would have no owner. */
    LAST_OWNER,
    /** It came after its latest time: the caller has given up, or its entry in a list may be gone. */
    LATE;
}
