package dev.portcullis.audit.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The span of a call to a server outside, until its answer, or the reason that there is none. Vert.x begins one only with a
 * connection, and never ends that of a call which is given up: the slowest calls would be in no trace.
 */
public final class OutgoingSpan {
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");

    private final Span span;

    private OutgoingSpan(Span span) {
        this.span = span;
    }

    /**
     * Empty where the node does not trace. A call on behalf of nothing that is traced begins a trace, if it is sampled.
     *
     * @param server host and port, as the configuration has them
     */
    public static Optional<OutgoingSpan> begin(Context context, HttpMethod method, String server) {
        if (!(((ContextInternal) context).tracer() instanceof SpiTracer spi)) {
            return Optional.empty();
        }
        SpanBuilder builder = spi.tracer()
                .spanBuilder(HttpMethods.name(method))
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(SpiTracer.METHOD, HttpMethods.name(method))
                .setAttribute(SERVER, server);
        ActiveSpan active = ActiveSpan.in(context);
        return Optional.of(new OutgoingSpan(
                (active == null ? builder.setNoParent() : builder.setParent(TraceParent.context(active.span())))
                        .startSpan()));
    }

    /** Lets the trace of the server go on from this one. */
    public void write(BiConsumer<String, String> headers) {
        if (span.isRecording()) {
            TraceParent.write(span, headers);
        }
    }

    public void answered(int status) {
        SpiTracer.note(span, status);
        span.end();
    }

    /** @param reason a word of a closed set */
    public void refused(String reason) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute(SpiTracer.ERROR_TYPE, reason);
        span.end();
    }
}
