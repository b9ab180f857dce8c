package dev.portcullis.rooms;

/** What {@code rooms.adding} says about users who add others to a room. */
public enum Adding {
    /** Only to those who know them; others are invited. */
    INVITE,
    /** At once. */
    DIRECT
}
