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

/** The way back to who asked: onto their Vert.x context, or right here for those who have none. */
final class CallerContexts {
    private static final Logger LOG = LoggerFactory.getLogger(CallerContexts.class);

    private CallerContexts() {}

    /** One hop for all steps of one context, so that what was committed together is also carried on together. */
    static void answer(List<WriteStep<?>> steps, @Nullable StoreFailure failure) {
        Map<@Nullable Context, List<WriteStep<?>>> byContext = new HashMap<>();
        for (WriteStep<?> step : steps) {
            byContext.computeIfAbsent(step.context(), any -> new ArrayList<>()).add(step);
        }
        byContext.forEach((context, own) ->
                on(context, () -> own.forEach(step -> guarded(() -> step.answer(failure)))));
    }

    /** Never throws: what a caller does with its answer, or that its event loop has ended, is no concern of the next. */
    static void on(@Nullable Context context, Runnable task) {
        if (context == null) {
            guarded(task);
            return;
        }
        try {
            context.runOnContext(any -> guarded(task));
        } catch (RejectedExecutionException ended) {
            LOG.atDebug().addKeyValue("event", "store.context.closed").log("whoever asked has ended");
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            LOG.atError()
                    .addKeyValue("event", "store.caller.failed")
                    .addKeyValue("cause", bug.getClass().getName())
                    .log("a caller failed over the store's answer");
        }
    }
}
