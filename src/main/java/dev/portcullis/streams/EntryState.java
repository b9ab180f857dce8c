package dev.portcullis.streams;

/** The kind of an entry, and the latest state of a message. The numbers are stored. */
public enum EntryState {
    /** The entry is no message, or comes from a release that recorded no authors. It can't be amended. */
    PLAIN(0),
    MESSAGE(1),
    EDITED(2),
    DELETED(3),
    /** The entry edits or deletes an earlier message. */
    AMENDMENT(4),
    /** The entry of an inbox was trimmed before it was delivered: a {@link GapEntry} is in its place. */
    TRIMMED(5);

    private final int code;

    EntryState(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public boolean isMessage() {
        return this == MESSAGE || this == EDITED || this == DELETED;
    }
}
