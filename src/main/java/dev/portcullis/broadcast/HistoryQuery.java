package dev.portcullis.broadcast;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import java.util.Optional;

/**
 * A read of a part of a stream: the entries after {@code after}, or those before {@code before}, or the newest.
 *
 * @param passesBars whether bars do not apply to the reader, as for an admin
 */
public record HistoryQuery(
        UserId reader, StreamName stream, Optional<Long> before, Optional<Long> after, int limit, boolean passesBars) {

    /** Reads the newest entries of a stream. */
    public static HistoryQuery newest(UserId reader, StreamName stream, int limit, boolean passesBars) {
        return new HistoryQuery(reader, stream, Optional.empty(), Optional.empty(), limit, passesBars);
    }
}
