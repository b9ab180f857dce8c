package dev.portcullis.edge.frame;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A subscription that is asked for, and how the client gets it.
 *
 * @param replay sends a part of what the client missed
 * @param onLost runs if entries are lost later, so that the client's next one follows this position
 * @param permission asks again whether the client may subscribe
 */
record JoinRequest(
        StreamName stream,
        Optional<Position> since,
        Consumer<Slice> replay,
        Consumer<Position> onLost,
        Supplier<Future<Verdict>> permission) {}
