package dev.portcullis.broadcast.server;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks an edge about its connections that have joined a room. */
public record RoomConnections(StreamName room) {
    public static final Question<RoomConnections, Reply> COUNT = question("connections_of");

    /**
     * Asks which connections may still be there, and makes the others leave. Answered when they have, with the number that is
     * left.
     */
    public static final Question<RoomConnections, Reply> CONFIRM = question("confirm_connections");

    private static Question<RoomConnections, Reply> question(String id) {
        return Question.about(Stage.EDGE, id, RoomConnections.class, Reply.class, RoomConnections::room);
    }

    /** The answer of one node. */
    public record Reply(int open) {}

    /** @param complete whether every node has answered */
    public record Total(long open, boolean complete) {}

    /** Counts the connections on all nodes. A node that does not answer in time is left out. */
    public static Future<Total> of(Bus bus, StreamName room, long withinMs) {
        return ask(COUNT, bus, room, withinMs);
    }

    /** Makes connections leave that may not be there any more, on all nodes. A node that does not answer in time is left out. */
    public static Future<Total> confirm(Bus bus, StreamName room, long withinMs) {
        return ask(CONFIRM, bus, room, withinMs);
    }

    private static Future<Total> ask(
            Question<RoomConnections, Reply> question, Bus bus, StreamName room, long withinMs) {
        List<Future<Optional<Integer>>> answers = bus.nodesOf(Stage.EDGE).entrySet().stream()
                .map(edge -> bus.askAt(
                                question,
                                edge.getKey(),
                                Lanes.shardOf(room.lane(), edge.getValue()),
                                new RoomConnections(room))
                        .timeout(withinMs, TimeUnit.MILLISECONDS)
                        .map(reply -> Optional.of(reply.open()))
                        .otherwise(Optional.empty()))
                .toList();
        return Future.all(answers).map(all -> {
            List<Optional<Integer>> known = all.list();
            return new Total(
                    known.stream()
                            .flatMap(Optional::stream)
                            .mapToLong(Integer::longValue)
                            .sum(),
                    known.stream().allMatch(Optional::isPresent));
        });
    }
}
