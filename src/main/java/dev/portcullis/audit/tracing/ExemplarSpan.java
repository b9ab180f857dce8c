package dev.portcullis.audit.tracing;

import io.prometheus.metrics.tracer.common.SpanContext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells histograms for which trace a duration was measured, so that a slow one leads to its trace. */
public final class ExemplarSpan implements SpanContext {
    @Override
    public @Nullable String getCurrentTraceId() {
        return current(io.opentelemetry.api.trace.SpanContext::getTraceId);
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        return current(io.opentelemetry.api.trace.SpanContext::getSpanId);
    }

    /** A span is active only if its trace is sampled. */
    @Override
    public boolean isCurrentSpanSampled() {
        return ActiveSpan.current() != null;
    }

    @Override
    public void markCurrentSpanAsExemplar() {
        // the trace is kept already, since it is sampled
    }

    private static @Nullable String current(Function<io.opentelemetry.api.trace.SpanContext, String> id) {
        ActiveSpan active = ActiveSpan.current();
        return active == null ? null : id.apply(active.span().getSpanContext());
    }
}
