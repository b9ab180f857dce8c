package dev.portcullis.audit.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The span on whose behalf a context works. It lies in a slot of the context, and a traced piece of work has a context of its own.
 * Where there is none, nothing is traced: then {@link #current()} costs a look at the slot, and allocates nothing.
 */
public final class ActiveSpan {
    /** A timer that was set for a frame may be set again and again. What comes that late is no part of the frame. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final AttributeKey<String> FRAME_TYPE = AttributeKey.stringKey("portcullis.frame.type");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> REFUSAL = AttributeKey.stringKey("portcullis.refusal");

    private static final ContextLocal<ActiveSpan> SLOT = ContextLocal.registerLocal(ActiveSpan.class);

    private final Span span;
    private final Tracer tracer;
    private final long began;
    private volatile boolean ended;

    private ActiveSpan(Span span, Tracer tracer, long began) {
        this.span = span;
        this.tracer = tracer;
        this.began = began;
    }

    static ActiveSpan of(Span span, Tracer tracer) {
        return new ActiveSpan(span, tracer, System.nanoTime());
    }

    /** The span of the current context; null where nothing is traced. */
    public static @Nullable ActiveSpan current() {
        ContextInternal context = ContextInternal.current();
        return context == null ? null : in(context);
    }

    static @Nullable ActiveSpan in(Context context) {
        ActiveSpan active = SLOT.get(context);
        return active == null || active.ended || System.nanoTime() - active.began > LONGEST_NANOS ? null : active;
    }

    /**
     * The context on which work goes on for the same span: the target itself, or a duplicate of it if something is traced. Both run
     * what they are given in one order.
     */
    public static Context carriedTo(Context target) {
        ActiveSpan active = current();
        return active == null ? target : active.on(target);
    }

    /** A promise whose result is taken on this context, and so for its span, wherever it is completed. */
    public static <T> Promise<T> promiseOn(Context context) {
        return ((ContextInternal) context).promise();
    }

    /** Names the span of a frame once the frame's type is known. */
    public static void nameFrame(String type) {
        ActiveSpan active = current();
        if (active != null) {
            active.span.updateName(TracedStep.FRAME.id() + " " + type);
            active.span.setAttribute(FRAME_TYPE, type);
        }
    }

    /** Names the span of an HTTP call once its operation is known. A path itself holds names of rooms and users. */
    public static void nameCall(String method, String template) {
        ActiveSpan active = current();
        if (active != null) {
            active.span.updateName(method + " " + template);
            active.span.setAttribute(ROUTE, template);
        }
    }

    /** Notes why the work was refused, by a word of a closed set. */
    public static void noteRefusal(String reason) {
        ActiveSpan active = current();
        if (active != null) {
            active.span.setAttribute(REFUSAL, reason);
        }
    }

    /** The id of the trace that the current context works for. */
    public static Optional<String> traceId() {
        return Optional.ofNullable(current())
                .map(active -> active.span.getSpanContext().getTraceId());
    }

    /** The header by which another node goes on for the current span; null where nothing is traced. */
    public static @Nullable String header() {
        ActiveSpan active = current();
        return active == null ? null : TraceParent.header(active.span);
    }

    Span span() {
        return span;
    }

    /** Makes it the active span of this context. */
    void put(Context context) {
        SLOT.put(context, this);
    }

    /** Leaves the context without a span, if this is the one that it has. */
    static void clear(Context context, Span span) {
        ActiveSpan active = SLOT.get(context);
        if (active != null && active.span == span) {
            SLOT.remove(context);
        }
    }

    /** A duplicate of the context that works for this span. */
    ContextInternal on(Context target) {
        ContextInternal own = ((ContextInternal) target).duplicate();
        put(own);
        return own;
    }

    /** Does a step within a span of its own, which ends with it. */
    public <T> Future<T> around(TracedStep step, Supplier<Future<T>> work) {
        Span child = begin(step);
        try {
            return work.get().onComplete((value, failure) -> end(child, failure));
        } catch (RuntimeException bug) {
            end(child, bug);
            throw bug;
        }
    }

    /** Begins a span that ends when the result has run so many times. The result may be called on any thread. */
    public Runnable begin(TracedStep step, int parts) {
        Span child = begin(step);
        AtomicInteger left = new AtomicInteger(parts);
        return () -> {
            if (left.decrementAndGet() == 0) {
                child.end();
            }
        };
    }

    private Span begin(TracedStep step) {
        return tracer.spanBuilder(step.id())
                .setParent(io.opentelemetry.context.Context.root().with(span))
                .setSpanKind(step.kind())
                .startSpan();
    }

    /** Ends the span. Nothing is traced any more on the contexts that worked for it. */
    void end(@Nullable Throwable failure) {
        ended = true;
        end(span, failure);
    }

    /** Ends a span. Of a failure only the type is kept: its text may hold what a client sent (CWE-532). */
    static void end(Span span, @Nullable Throwable failure) {
        if (failure != null) {
            span.setStatus(StatusCode.ERROR);
            span.setAttribute(ERROR_TYPE, failure.getClass().getName());
        }
        span.end();
    }

    /** Has the slot registered before any context is made, since a context that is older has none: Vert.x finds it as a service. */
    public static final class Slot implements VertxServiceProvider {
        @Override
        public void init(VertxBootstrap builder) {
            Objects.requireNonNull(SLOT);
        }
    }
}
