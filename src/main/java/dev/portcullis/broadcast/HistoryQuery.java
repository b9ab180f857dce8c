package dev.portcullis.broadcast;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import java.util.Optional;

/**
 * Who wants to read which part of a stream: what follows {@code after}, or came before {@code before}, or the newest.
 *
 * @param passesBars whether no bar holds for the reader, as for an admin
 */
public record HistoryQuery(
        UserId reader, StreamName stream, Optional<Long> before, Optional<Long> after, int limit, boolean passesBars) {}
