package dev.portcullis.streams;

/** What an entry is, and what became of it. The numbers are stored. */
public enum EntryState {
    /** Not a message, or one of a release that recorded no authors. It can't be amended. */
    PLAIN(0),
    MESSAGE(1),
    EDITED(2),
    DELETED(3),
    /** An edit or a deletion of an earlier message. */
    AMENDMENT(4),
    /** An entry of an inbox that was trimmed before it was delivered: a {@link GapEntry} in its place. */
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
