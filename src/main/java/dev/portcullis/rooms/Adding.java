package dev.portcullis.rooms;

/** The values of {@code rooms.adding}: how users add others to a room. */
public enum Adding {
    /** Users add at once only those who know them, and invite others. */
    INVITE,
    /** Users add all others at once. */
    DIRECT
}
