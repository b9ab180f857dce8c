package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;

/**
 * The rows of users who are barred from a stream. An append that bars a user writes them with its entry; a step that lifts a bar
 * writes the same rows.
 */
public final class StreamBars {
    /** The table of the bars; each stream has a partition of it. A bar is a row of the user without a value. */
    public static final String TABLE = "b";

    /** The table of the numbers of bars. */
    public static final String COUNTS = "bc";

    private StreamBars() {}

    public static RowKey of(StreamName stream, UserId user) {
        return new Partition(TABLE, stream.value()).row(user.value());
    }

    /** The row with a stream's number of bars: without it, a step that adds one would have to read all. */
    public static RowKey count(StreamName stream) {
        return RowKey.of(COUNTS, stream.value());
    }
}
