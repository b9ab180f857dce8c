package dev.portcullis.streams;

/**
 * The retention of one stream, as its record has it.
 *
 * @param own what was set for this stream alone
 * @param kept what holds: {@code own}, and the configuration where that says nothing
 */
public record StreamRetention(OwnRetention own, Retention kept) {
    public static final StreamRetention NONE = new StreamRetention(OwnRetention.NONE, Retention.UNBOUNDED);
}
