package dev.portcullis.uploads.ticket;

import java.util.Locale;

/** Which share an upload would exceed. */
public enum Excess {
    /** The bytes of a user's quota. */
    BYTES,
    /** The pending uploads of a user's quota. */
    PENDING,
    /** The user's share of what is free. */
    SHARE,
    /** The share that new users of one address have together. */
    ADDRESS,
    /** The storage that is not kept for others: only the reserve, or nothing, is free. */
    RESERVE;

    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
