package dev.portcullis.audit.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.observability.HttpResponse;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.List;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The spans of what Vert.x itself hands from one to the other: questions and notices of the bus, and HTTP calls of clients. Takes
 * none of the attributes that Vert.x offers, such as paths, queries, peers and the texts of failures: they hold names of users and
 * rooms.
 */
final class SpiTracer implements VertxTracer<Span, Span> {
    static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final int SERVER_ERROR = 500;

    /** Asked every few seconds by machines. Their traces would outnumber those of the clients. */
    private static final List<String> PROBES = List.of("/health", "/metrics");

    private final Tracer tracer;
    private final boolean followsCallers;

    SpiTracer(Tracer tracer, boolean followsCallers) {
        this.tracer = tracer;
        this.followsCallers = followsCallers;
    }

    Tracer tracer() {
        return tracer;
    }

    @Override
    public <R> @Nullable Span receiveRequest(
            Context context,
            SpanKind kind,
            TracingPolicy policy,
            R request,
            String operation,
            Iterable<Entry<String, String>> headers,
            TagExtractor<R> tags) {
        if (policy == TracingPolicy.IGNORE) {
            return null;
        }
        Span span = request instanceof Message<?> message
                ? received(message)
                : request instanceof HttpRequest call ? received(call) : null;
        if (span != null && span.isRecording()) {
            ActiveSpan.of(span, tracer).put(context);
        }
        return span;
    }

    private @Nullable Span received(Message<?> message) {
        MultiMap headers = message.headers();
        if (headers.isEmpty()) { // as nearly all are
            return null;
        }
        return TraceParent.read(headers)
                .flatMap(parent -> BusAddress.parse(message.address())
                        .map(address -> address.received(tracer, message.replyAddress() != null)
                                .setParent(TraceParent.context(parent))
                                .startSpan()))
                .orElse(null);
    }

    /** A stranger does not decide what is traced, so their trace is followed only if the configuration says so. */
    private @Nullable Span received(HttpRequest call) {
        String uri = String.valueOf(call.uri());
        if (PROBES.stream().anyMatch(uri::startsWith)) {
            return null;
        }
        SpanBuilder builder = tracer.spanBuilder(HttpMethods.name(call.method()))
                .setSpanKind(io.opentelemetry.api.trace.SpanKind.SERVER)
                .setAttribute(METHOD, HttpMethods.name(call.method()));
        Optional<Span> caller = followsCallers ? TraceParent.read(call.headers()) : Optional.empty();
        return caller.map(parent -> builder.setParent(TraceParent.context(parent)))
                .orElseGet(builder::setNoParent)
                .startSpan();
    }

    @Override
    public <R> void sendResponse(
            Context context,
            @Nullable R response,
            @Nullable Span span,
            @Nullable Throwable failure,
            TagExtractor<R> tags) {
        if (span == null) {
            return;
        }
        ActiveSpan.clear(context, span);
        end(span, response, failure);
    }

    @Override
    public <R> @Nullable Span sendRequest(
            Context context,
            SpanKind kind,
            TracingPolicy policy,
            R request,
            String operation,
            BiConsumer<String, String> headers,
            TagExtractor<R> tags) {
        if (policy == TracingPolicy.IGNORE) {
            return null;
        }
        ActiveSpan active = ActiveSpan.in(context);
        return active != null && request instanceof Message<?> message ? sent(active, message, headers) : null;
    }

    private @Nullable Span sent(ActiveSpan active, Message<?> message, BiConsumer<String, String> headers) {
        return BusAddress.parse(message.address())
                .map(address -> {
                    Span span = address.sent(tracer, message.replyAddress() != null)
                            .setParent(TraceParent.context(active.span()))
                            .startSpan();
                    TraceParent.write(span, headers);
                    return span;
                })
                .orElse(null);
    }

    @Override
    public <R> void receiveResponse(
            Context context,
            @Nullable R response,
            @Nullable Span span,
            @Nullable Throwable failure,
            TagExtractor<R> tags) {
        if (span != null) {
            end(span, response, failure);
        }
    }

    private static void end(Span span, @Nullable Object response, @Nullable Throwable failure) {
        if (response instanceof HttpResponse answer) {
            note(span, answer.statusCode());
        }
        ActiveSpan.end(span, failure);
    }

    static void note(Span span, int status) {
        span.setAttribute(STATUS, (long) status);
        if (status >= SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
            span.setAttribute(ERROR_TYPE, Integer.toString(status));
        }
    }
}
