package dev.portcullis.edge.connection;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Visits many things on an event loop without keeping it from its other work.
 *
 * @param loop runs a task on the event loop later
 */
record LoopSlices(Executor loop) {
    private static final int SLICE = 1_000;

    /**
     * The first of them are done when this returns.
     *
     * @param end runs after the last of them
     */
    <T> void each(List<T> all, Consumer<T> step, Runnable end) {
        int slice = Math.min(SLICE, all.size());
        all.subList(0, slice).forEach(step);
        if (slice < all.size()) {
            loop.execute(() -> each(all.subList(slice, all.size()), step, end));
        } else {
            end.run();
        }
    }
}
