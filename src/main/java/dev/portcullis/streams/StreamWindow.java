package dev.portcullis.streams;

/**
 * The part of a stream that the store keeps: the newest entries, up to a number and an age.
 *
 * @param archived whether an archive follows the stream: then the store keeps an entry until the archive has it, however many there
 * are and however old they become
 */
public record StreamWindow(int entries, long ageMs, boolean archived) {
    /** The window of a stream that no archive follows. */
    public StreamWindow(int entries, long ageMs) {
        this(entries, ageMs, false);
    }

    /** The same window of a stream that an archive follows. */
    public StreamWindow followed() {
        return new StreamWindow(entries, ageMs, true);
    }
}
