package dev.portcullis.streams;

/**
 * What the owner of a room has set of its retention. What is not set follows the configuration.
 *
 * @param entries 0 where it is not set
 * @param ageMs 0 where it is not set
 */
public record OwnRetention(long entries, long ageMs) {
    public static final OwnRetention NONE = new OwnRetention(0, 0);

    public boolean isNone() {
        return equals(NONE);
    }

    /**
     * The retention of a stream.
     *
     * @param standard what holds where nothing is set
     * @param most the most that may be set: what was set before it was lowered is as much
     */
    public Retention over(Retention standard, Retention most) {
        return new Retention(
                entries == 0 ? standard.entries() : Math.min(entries, most.entries()),
                ageMs == 0 ? standard.ageMs() : Math.min(ageMs, most.ageMs()));
    }
}
