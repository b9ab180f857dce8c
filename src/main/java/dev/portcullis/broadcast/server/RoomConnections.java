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

/** Asks an edge how many of its connections have joined a room. */
public record RoomConnections(StreamName room) {
    public static final Question<RoomConnections, Reply> QUESTION = new Question<>(
            Stage.EDGE,
            "connections_of",
            RoomConnections.class,
            Reply.class,
            asked -> asked.room().hashCode());

    /** The answer of one node. */
    public record Reply(int open) {}

    /** @param complete whether every node has answered */
    public record Total(long open, boolean complete) {}

    /** Asks all nodes. One that does not answer in time is left out. */
    public static Future<Total> of(Bus bus, StreamName room, long withinMs) {
        List<Future<Optional<Integer>>> answers = bus.nodesOf(Stage.EDGE).entrySet().stream()
                .map(edge -> bus.askAt(
                                QUESTION,
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
