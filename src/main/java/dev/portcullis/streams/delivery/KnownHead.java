package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;

/**
 * The head of a stream from which no user is barred, as the store told it with something else.
 *
 * @param lane where the stream's lane was then: what was appended later is not in {@code head}
 */
public record KnownHead(Position head, LaneCursor lane) {}
