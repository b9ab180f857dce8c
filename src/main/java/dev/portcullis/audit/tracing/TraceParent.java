package dev.portcullis.audit.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The header by which a trace goes on elsewhere (W3C Trace Context). */
final class TraceParent {
    static final String HEADER = "traceparent";

    private static final W3CTraceContextPropagator FORM = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<MultiMap> OF_VERTX =
            (headers, name) -> headers == null ? null : headers.get(name);
    private static final TextMapGetter<Map<String, String>> OF_MAP =
            (headers, name) -> headers == null ? null : headers.get(name);

    private TraceParent() {}

    /** Writes {@code traceparent}, and {@code tracestate} if there is one. */
    static void write(Span span, BiConsumer<String, String> headers) {
        FORM.inject(context(span), headers, (to, name, value) -> to.accept(name, value));
    }

    static @Nullable String header(Span span) {
        Map<String, String> headers = new HashMap<>();
        write(span, headers::put);
        return headers.get(HEADER);
    }

    /** The span whose work goes on here; empty without a valid header. */
    static Optional<Span> read(MultiMap headers) {
        return headers.contains(HEADER) ? read(headers, OF_VERTX) : Optional.empty();
    }

    static Optional<Span> read(String header) {
        return read(Map.of(HEADER, header), OF_MAP);
    }

    static Context context(Span span) {
        return Context.root().with(span);
    }

    private static <C> Optional<Span> read(C headers, TextMapGetter<C> getter) {
        return Optional.ofNullable(Span.fromContextOrNull(FORM.extract(Context.root(), headers, getter)))
                .filter(span -> span.getSpanContext().isValid());
    }
}
