package dev.portcullis.app.node.assembly;

import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomStreams;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.Set;
import java.util.function.Function;

/**
 * The streams of rooms, as the stage {@code rooms} asks about them.
 *
 * @param note notes in a stream that users may have lost their access
 */
record RoomStreamReader(StreamStore streams, Bus bus, Function<StreamName, Future<Void>> note) implements RoomStreams {
    /** An edge answers from memory. A longer time would exceed the deadline of the question that waits for this. */
    private static final long ANSWER_MS = 500;

    @Override
    public Future<Boolean> isBarred(RoomId room, UserId user) {
        return streams.barred(StreamName.room(room), Set.of(user)).map(barred -> barred.contains(user));
    }

    /** A node reads the directory once a second, so it may not know an edge yet through which clients come already. */
    private boolean knowsEdge() {
        return !bus.nodesOf(Stage.EDGE).isEmpty();
    }

    /**
     * A client that joined because its token grants the room would listen to a new room of this name, also at a node that does
     * not answer now.
     */
    @Override
    public Future<Boolean> isUsed(RoomId room) {
        StreamName stream = StreamName.room(room);
        return streams.head(stream)
                .compose(head -> head.seq() > 0
                        ? Future.succeededFuture(true)
                        : complete(RoomConnections.of(bus, stream, ANSWER_MS)).map(listeners -> listeners > 0));
    }

    /**
     * A client that joins after the note is authorized once more, and one that joined before it is known to its edge by now.
     */
    @Override
    public Future<Void> confirmListeners(RoomId room) {
        StreamName stream = StreamName.room(room);
        return note.apply(stream)
                .compose(any -> complete(RoomConnections.confirm(bus, stream, ANSWER_MS)))
                .mapEmpty();
    }

    private Future<Long> complete(Future<RoomConnections.Total> asked) {
        return asked.compose(joined -> joined.complete() && knowsEdge()
                ? Future.succeededFuture(joined.open())
                : Future.failedFuture(new AnswerUnavailable("a node does not say who listens in the room")));
    }
}
