package dev.portcullis.store.embedded;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Completes futures on the Vert.x context of their caller, or on the current thread for a caller without one. */
final class CallerContexts {
    private static final Logger LOG = LoggerFactory.getLogger(CallerContexts.class);

    private CallerContexts() {}

    /**
     * Completes the steps. It switches once to each context for all its steps, so that results of one commit are handled
     * together.
     */
    static void complete(List<WriteStep<?>> steps, @Nullable StoreFailure failure) {
        Map<@Nullable Context, List<WriteStep<?>>> byContext = new HashMap<>();
        for (WriteStep<?> step : steps) {
            byContext.computeIfAbsent(step.context(), any -> new ArrayList<>()).add(step);
        }
        byContext.forEach((context, group) ->
                run(context, () -> group.forEach(step -> guarded(() -> step.complete(failure)))));
    }

    /** Runs a task on a context. Never throws: a failing handler or an ended event loop must not affect the next caller. */
    static void run(@Nullable Context context, Runnable task) {
        if (context == null) {
            guarded(task);
            return;
        }
        try {
            context.runOnContext(any -> guarded(task));
        } catch (RejectedExecutionException closed) {
            LOG.atDebug().addKeyValue("event", "store.context.closed").log("the caller's event loop has ended");
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            LOG.atError()
                    .addKeyValue("event", "store.caller.failed")
                    .addKeyValue("cause", bug.getClass().getName())
                    .log("a caller's handler failed on the store's result");
        }
    }
}
