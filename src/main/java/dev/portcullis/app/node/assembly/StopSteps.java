package dev.portcullis.app.node.assembly;

import io.vertx.core.Future;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/** The steps that undo a start when the node stops: the last one runs first. */
public final class StopSteps {
    private final Deque<Supplier<Future<?>>> steps = new ConcurrentLinkedDeque<>();

    public void push(Supplier<Future<?>> step) {
        steps.push(step);
    }

    public void pushClose(Runnable step) {
        push(() -> {
            step.run();
            return Future.succeededFuture();
        });
    }

    /** Each step runs even if the one before it failed; the last one's result is that of the stop. */
    public Future<?> run() {
        Future<?> stopped = Future.succeededFuture();
        while (!steps.isEmpty()) {
            Supplier<Future<?>> step = steps.pop();
            stopped = stopped.transform(any -> step.get());
        }
        return stopped;
    }
}
