package dev.portcullis.streams.holds;

/** What became of a hold that an operator placed. */
public enum HoldPlacement {
    NEW,
    IN_FORCE,
    /** There are as many as there may be. */
    FULL,
    /** There is no archive, which keeps the copies. */
    NO_ARCHIVE
}
