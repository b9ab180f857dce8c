package dev.portcullis.streams;

/**
 * How much of a stream is kept at all, in the window and in the archive: the newest entries, up to a number and an age.
 *
 * @param entries at least 1, or {@link #FOREVER}
 * @param ageMs at least 1, or {@link #FOREVER}
 */
public record Retention(long entries, long ageMs) {
    public static final long FOREVER = Long.MAX_VALUE;

    /** The most that a bound may be; what is more is {@link #FOREVER}. A number of Lua holds it. */
    public static final long MOST = 1L << 52;

    public static final Retention UNBOUNDED = new Retention(FOREVER, FOREVER);

    public boolean isUnbounded() {
        return entries == FOREVER && ageMs == FOREVER;
    }

    /** What both keep. */
    public Retention and(Retention other) {
        return new Retention(Math.min(entries, other.entries), Math.min(ageMs, other.ageMs));
    }

    /** The highest seq that is too far behind the head; 0 if none is. */
    public long passed(long head) {
        return entries >= head ? 0 : head - entries;
    }

    /** The store time before which an entry is too old. */
    public long horizon(long now) {
        return ageMs == FOREVER ? Long.MIN_VALUE : now - ageMs;
    }

    /** Whether an entry is no longer kept. */
    public boolean ends(long seq, long stored, long head, long now) {
        return seq <= passed(head) || stored < horizon(now);
    }
}
