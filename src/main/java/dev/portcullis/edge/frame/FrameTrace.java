package dev.portcullis.edge.frame;

import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.audit.tracing.TracedStep;
import dev.portcullis.audit.tracing.Tracing;
import dev.portcullis.edge.connection.FrameOutcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Begins a trace with a frame.
 *
 * @param loop the event loop of the connections
 */
public record FrameTrace(Tracing tracing, Context loop) {

    Future<FrameOutcome> around(Supplier<Future<FrameOutcome>> path) {
        return tracing.begin(TracedStep.FRAME, loop, path, FrameTrace::describe);
    }

    private static void describe(FrameOutcome outcome) {
        outcome.match(
                reply -> {},
                refused -> ActiveSpan.noteRefusal(refused.why().id()),
                close -> ActiveSpan.noteRefusal(Short.toString(close.code().code())),
                () -> {});
    }
}
