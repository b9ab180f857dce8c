package dev.portcullis.edge.frame;

import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * A requested subscription, and the way in which the client gets it.
 *
 * @param newest reads the newest messages within so many milliseconds, for a client that wants them where {@code since} is not
 * exact; without a page where the user may not read them
 * @param replay sends a part of the entries that the client missed
 * @param onLost runs if entries are lost later, so that the client's next one follows this position
 * @param permission asks again whether the client may subscribe
 */
record JoinRequest(
        StreamName stream,
        Optional<Position> since,
        Optional<LongFunction<Future<Optional<HistoryResult.Page>>>> newest,
        Consumer<MissedPart> replay,
        Consumer<Position> onLost,
        Supplier<Future<Verdict>> permission) {}
