package dev.portcullis.streams;

/**
 * The part of a stream that the store keeps: the newest entries, up to a number and an age, and no more than the retention of the
 * stream.
 *
 * @param archived whether an archive follows the stream: then the store keeps an entry until the archive has it, however many there
 * are and however old they become
 * @param standard the retention of a stream that has none of its own
 * @param most the most that a retention of a stream's own may be
 */
public record StreamWindow(int entries, long ageMs, boolean archived, Retention standard, Retention most) {
    /** The window of a stream that no archive follows. */
    public StreamWindow(int entries, long ageMs) {
        this(entries, ageMs, false);
    }

    /** The window of a stream whose retention has no bounds. */
    public StreamWindow(int entries, long ageMs, boolean archived) {
        this(entries, ageMs, archived, Retention.UNBOUNDED, Retention.UNBOUNDED);
    }

    /** The same window of a stream that an archive follows. */
    public StreamWindow followed() {
        return new StreamWindow(entries, ageMs, true, standard, most);
    }

    /** The same window of a stream with this retention, if it has none of its own. */
    public StreamWindow keeping(Retention without, Retention atMost) {
        return new StreamWindow(entries, ageMs, archived, without, atMost);
    }

    /** The retention of a stream for which this was set. */
    public StreamRetention retention(OwnRetention own) {
        return new StreamRetention(own, own.over(standard, most));
    }

    /** The window of a stream for which this was set: within its retention. */
    public StreamWindow of(OwnRetention own) {
        Retention kept = own.over(standard, most);
        return new StreamWindow(
                (int) Math.min(entries, kept.entries()), Math.min(ageMs, kept.ageMs()), archived, kept, most);
    }
}
