package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;

/**
 * The rows of users who are barred from a stream. Who bars a user does that with the entry that says so; a step that lifts a bar
 * writes the same rows.
 */
public final class StreamBars {
    /** The table of the bars, of which those of a stream are a partition. Each is a row of the user without a value. */
    public static final String TABLE = "b";

    /** The table of their numbers. */
    public static final String COUNTS = "bc";

    private StreamBars() {}

    public static RowKey of(StreamName stream, UserId user) {
        return new Partition(TABLE, stream.value()).row(user.value());
    }

    /** How many there are: without it, a step that bars one more would have to read all. */
    public static RowKey count(StreamName stream) {
        return RowKey.of(COUNTS, stream.value());
    }
}
