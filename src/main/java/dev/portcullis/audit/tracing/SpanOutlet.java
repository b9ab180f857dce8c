package dev.portcullis.audit.tracing;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets spans wait, within a bound, for the exporter, and counts what is sent and what is lost: the processor of the SDK drops in
 * silence. Spans of event loops are handed over without a wait.
 */
final class SpanOutlet implements SpanProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(SpanOutlet.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int BATCH = 512;

    private final SpanProcessor batches;
    private final Metrics metrics;
    private final int most;
    private final AtomicInteger waiting = new AtomicInteger();
    private final LogThrottle throttle = new LogThrottle(System::nanoTime);

    /** @param most the spans that may wait, those of the request that is under way included */
    SpanOutlet(SpanExporter exporter, int most, Duration timeout, Metrics metrics) {
        this.metrics = metrics;
        this.most = most;
        this.batches = BatchSpanProcessor.builder(new CountedExporter(exporter))
                .setMaxQueueSize(most)
                .setMaxExportBatchSize(BATCH)
                .setScheduleDelay(PERIOD)
                .setExporterTimeout(timeout.plus(PERIOD)) // the exporter's own comes first
                .build();
    }

    /** The spans that are not sent yet. */
    int waiting() {
        return waiting.get();
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        // waits for the end
    }

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (!span.getSpanContext().isSampled()) {
            return;
        }
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            lost(1, "full");
        } else {
            batches.onEnd(span);
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public CompletableResultCode forceFlush() {
        return batches.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return batches.shutdown();
    }

    /** What waits is lost: there was no time to send it. */
    void abandon() {
        int left = waiting.getAndSet(0);
        if (left > 0) {
            lost(left, "stopped");
        }
    }

    private void lost(int spans, String reason) {
        metrics.count(Metric.TRACE_SPANS_DROPPED, spans);
        throttle.suppressed()
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "tracing.dropped")
                        .addKeyValue("reason", reason)
                        .addKeyValue("suppressed", suppressed)
                        .log("spans were not sent to the collector of traces, and are lost"));
    }

    /** Sends batches, and counts them. */
    private final class CountedExporter implements SpanExporter {
        private final SpanExporter exporter;

        CountedExporter(SpanExporter exporter) {
            this.exporter = exporter;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            int count = spans.size();
            CompletableResultCode sent = exporter.export(spans);
            return sent.whenComplete(() -> {
                waiting.addAndGet(-count);
                if (sent.isSuccess()) {
                    metrics.count(Metric.TRACE_SPANS_SENT, count);
                } else {
                    lost(count, "not_taken");
                }
            });
        }

        @Override
        public CompletableResultCode flush() {
            return exporter.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return exporter.shutdown();
        }
    }
}
