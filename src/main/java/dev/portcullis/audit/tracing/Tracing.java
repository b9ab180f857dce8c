package dev.portcullis.audit.tracing;

import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.Pem;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.VertxTracerFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * The traces of a node: samples, and sends what is sampled to a collector. A node without tracing has none, and Vert.x no tracer.
 */
public final class Tracing implements AutoCloseable {
    /** How long the end of the node waits for the collector. */
    private static final Duration FLUSH = Duration.ofSeconds(2);

    /** Its own lines are text on stderr, one for each failed request; ours are counted and throttled. Held, or it is made again. */
    private static final Logger LIBRARY_LOG = Logger.getLogger("io.opentelemetry");

    private final SpanOutlet outlet;
    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final boolean followsCallers;

    private Tracing(TracingConfig config, SpanExporter exporter, Resource resource, Metrics metrics) {
        this.outlet = new SpanOutlet(exporter, config.queue(), Duration.ofMillis(config.timeoutMs()), metrics);
        this.provider = SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(1.0 / config.oneIn())))
                .addSpanProcessor(outlet)
                .build();
        this.tracer = provider.get("dev.portcullis");
        this.followsCallers = config.followsCallers();
    }

    /** @param node the name of the node in its traces */
    public static Tracing open(TracingConfig config, String node, String version, Metrics metrics) {
        LIBRARY_LOG.setLevel(Level.OFF);
        Resource resource = Resource.create(Attributes.of(
                AttributeKey.stringKey("service.name"), config.serviceName(),
                AttributeKey.stringKey("service.version"), version,
                AttributeKey.stringKey("service.instance.id"), node));
        Tracing tracing = new Tracing(config, exporter(config), resource, metrics);
        LogContext.setTraceIds(ActiveSpan::traceId);
        return tracing;
    }

    private static SpanExporter exporter(TracingConfig config) {
        Duration timeout = Duration.ofMillis(config.timeoutMs());
        Map<String, String> headers = config.headers().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().reveal()));
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(config.endpoint().toString())
                .setHeaders(() -> headers)
                .setCompression("gzip")
                .setTimeout(timeout)
                .setConnectTimeout(timeout)
                .setRetryPolicy(null) // a collector that is away is asked again with the next batch
                .setMemoryMode(MemoryMode.IMMUTABLE_DATA);
        config.authorities()
                .flatMap(Pem::text)
                .ifPresent(text -> builder.setTrustedCertificates(text.getBytes(StandardCharsets.US_ASCII)));
        return builder.build();
    }

    /** The spans that the collector has not taken yet. */
    public int waiting() {
        return outlet.waiting();
    }

    /** The tracer of the node's Vert.x: for the bus and for HTTP. */
    public VertxTracerFactory vertxTracer() {
        return options -> new SpiTracer(tracer, followsCallers);
    }

    /** Runs work for the span of another node, if this node traces too and the header is valid. */
    public static void goOnFor(String header, Runnable work) {
        ContextInternal context = ContextInternal.current();
        if (context != null && context.tracer() instanceof SpiTracer spi) {
            TraceParent.read(header)
                    .<Runnable>map(span ->
                            () -> ActiveSpan.of(span, spi.tracer()).on(context).dispatch(work))
                    .orElse(work)
                    .run();
        } else {
            work.run();
        }
    }

    /**
     * Does work that begins a trace, if it is sampled. Then it runs on a context of its own. The span ends when the result has
     * been taken, such as by the answer that is written; what comes later on that context belongs to no trace. Work that is not
     * sampled runs as it would without tracing.
     *
     * @param loop the event loop on which the caller is
     * @param describe tells about the result while its span is active
     */
    public <T> Future<T> begin(TracedStep step, Context loop, Supplier<Future<T>> work, Consumer<T> describe) {
        Span span = tracer.spanBuilder(step.id())
                .setNoParent()
                .setSpanKind(step.kind())
                .startSpan();
        if (span.isRecording()) {
            return within(ActiveSpan.of(span, tracer), loop, work, describe);
        }
        return ActiveSpan.current() == null ? work.get() : apart(loop, work);
    }

    private static <T> Future<T> within(
            ActiveSpan active, Context loop, Supplier<Future<T>> work, Consumer<T> describe) {
        ContextInternal own = active.on(loop);
        Promise<T> done = Promise.promise(); // of no context, so that it is taken on the span's own
        own.dispatch(() -> guarded(work)
                .onComplete((result, failure) -> own.dispatch(() -> {
                    if (failure == null) {
                        describe.accept(result);
                        done.complete(result);
                    } else {
                        done.fail(failure);
                    }
                    active.end(failure);
                })));
        return done.future();
    }

    /** Does work that belongs to no trace, although the current context works for one. */
    private static <T> Future<T> apart(Context loop, Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        ((ContextInternal) loop).duplicate().dispatch(() -> guarded(work).onComplete(done));
        return done.future();
    }

    /** Makes a thrown exception a failed future. */
    private static <T> Future<T> guarded(Supplier<Future<T>> work) {
        return Future.succeededFuture().compose(any -> work.get());
    }

    /** Sends what waits, for a moment; what is not taken by then is lost. Blocks. */
    @Override
    public void close() {
        provider.shutdown().join(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
        outlet.abandon();
    }
}
