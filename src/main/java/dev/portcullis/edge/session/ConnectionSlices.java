package dev.portcullis.edge.session;

import dev.portcullis.edge.connection.Connection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Goes through many connections of an event loop without keeping it from its other work. */
final class ConnectionSlices {
    private static final int SLICE = 1_000;

    private ConnectionSlices() {}

    /** The first of them are done when this returns. */
    static void each(List<Connection> connections, Executor loop, Consumer<Connection> step) {
        each(connections, loop, step, () -> {});
    }

    /** @param end runs after the last of them */
    static void each(List<Connection> connections, Executor loop, Consumer<Connection> step, Runnable end) {
        int slice = Math.min(SLICE, connections.size());
        connections.subList(0, slice).forEach(step);
        if (slice < connections.size()) {
            loop.execute(() -> each(connections.subList(slice, connections.size()), loop, step, end));
        } else {
            end.run();
        }
    }
}
