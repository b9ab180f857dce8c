package dev.portcullis.streams;

/**
 * What of a room can be kept, by the whole configuration: where there is no archive, no more than the window.
 *
 * @param room the window of a room
 * @param archived whether there is an archive
 */
public record RetentionRule(RetentionConfig config, StreamWindow room, boolean archived) {
    /** A rule without bounds. */
    public static final RetentionRule UNBOUNDED =
            new RetentionRule(RetentionConfig.UNBOUNDED, new StreamWindow(1, 1), true);

    /** What is kept of a room. */
    public Retention kept(StreamName stream, OwnRetention own) {
        return within(config.of(stream, own).kept());
    }

    /** The most that the owner of a room may set. */
    public Retention most(StreamName stream) {
        return within(config.most(stream));
    }

    private Retention within(Retention wanted) {
        return archived ? wanted : wanted.and(new Retention(room.entries(), room.ageMs()));
    }
}
