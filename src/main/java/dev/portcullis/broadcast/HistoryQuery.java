package dev.portcullis.broadcast;

import dev.portcullis.streams.StreamName;
import java.util.Optional;

/** Which part of a stream: what follows {@code after}, or what came before {@code before}, or the newest. */
public record HistoryQuery(StreamName stream, Optional<Long> before, Optional<Long> after, int limit) {}
