package dev.portcullis.streams.unarchived;

import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.streams.StreamName;

/**
 * The rows that say which streams of a lane wait for the archive. The step that appends writes them, and so does the one that notes
 * what the archive has. The scripts know the form.
 */
public final class UnarchivedStreams {
    /** The streams with entries that the archive does not have. The key of a row is the name of the stream. */
    public static final Partition STREAMS = new Partition("un", "streams");

    /** How many bytes these entries have, as they were appended. */
    public static final RowKey BYTES = RowKey.of("ub", "bytes");

    private UnarchivedStreams() {}

    public static RowKey row(StreamName stream) {
        return STREAMS.row(stream.value());
    }

    /** The rows of some streams of a lane, in the order of their names. */
    public static RowRange first(int most) {
        return STREAMS.first(most);
    }

    /** The rows of some streams of a lane behind one of them. */
    public static RowRange after(StreamName stream, int most) {
        return STREAMS.after(stream.value(), most);
    }
}
