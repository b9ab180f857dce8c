package dev.portcullis.uploads.transfer;

/** Why a transfer was ended before its last byte. */
public enum TransferEnd {
    /** Its client was too slow. */
    TOO_SLOW,
    /** Its client was slow, and another user needed the place. */
    DISPLACED,
    /** Its user has no right to it any more, or the file has ended. */
    STOPPED,
    /** Whether its user has the right could not be found out for long. */
    UNKNOWN
}
