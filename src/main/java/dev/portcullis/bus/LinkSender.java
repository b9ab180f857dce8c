package dev.portcullis.bus;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.record.WireForm;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sends notices to one node. All notices of one turn of an event loop go in one batch, in order. */
public final class LinkSender {
    private static final WireForm<NoticeBatch> BATCH = WireForm.of(NoticeBatch.class);
    private static final int LARGE_BATCH = 256 * 1024;

    /** Begins the header that names the trace of a notice in the batch, before its index. A batch has notices of many traces. */
    static final String TRACE = "trace.";

    private final Vertx vertx;
    private final String address;
    private final Config config;
    private final Metrics metrics;
    private final LinkWindow window;
    private final DeliveryOptions plainOptions = new DeliveryOptions();
    private final DeliveryOptions ackOptions;
    private List<NoticeBatch.Item> queued = new ArrayList<>();
    private Map<String, String> queuedTraces = Map.of();
    private int queuedBytes;
    private boolean closed;

    /**
     * Bounds what may be sent to a node that does not acknowledge.
     *
     * @param ackTimeoutMs how long a node may leave notices unacknowledged
     * @param probeMs how often a node that acknowledges nothing is probed
     */
    public record Config(long bytes, long ackTimeoutMs, long probeMs) {
        static final Config STANDARD = new Config(8L << 20, 2_000, 500);

        public static Config read(Section link) {
            return new Config(
                    link.number(
                            "bytes",
                            STANDARD.bytes,
                            65_536,
                            1L << 30,
                            "unacknowledged notices to one node; beyond that they are dropped and"
                                    + " the node reads the store"),
                    STANDARD.ackTimeoutMs,
                    STANDARD.probeMs);
        }
    }

    LinkSender(Vertx vertx, String address, Config config, Metrics metrics) {
        this.vertx = vertx;
        this.address = address;
        this.config = config;
        this.metrics = metrics;
        this.window = new LinkWindow(config.bytes());
        this.ackOptions = new DeliveryOptions().setSendTimeout(config.ackTimeoutMs());
    }

    /** Returns whether the notice was queued. */
    synchronized boolean offer(NoticeBatch.Item item) {
        if (closed || !window.reserve(item.size())) {
            return false;
        }
        String trace = ActiveSpan.header();
        if (trace != null) {
            queuedTraces = queuedTraces.isEmpty() ? new HashMap<>() : queuedTraces;
            queuedTraces.put(TRACE + queued.size(), trace);
        }
        queued.add(item);
        queuedBytes += item.size();
        if (queuedBytes >= LARGE_BATCH) {
            flush();
        } else if (queued.size() == 1) {
            vertx.getOrCreateContext().runOnContext(endOfTurn -> flush());
        }
        return true;
    }

    synchronized long unackedBytes() {
        return window.unackedBytes();
    }

    synchronized void close() {
        closed = true;
        queued = new ArrayList<>();
        queuedTraces = Map.of();
    }

    private synchronized void flush() {
        if (!queued.isEmpty()) {
            NoticeBatch batch = new NoticeBatch(queued);
            Map<String, String> traces = queuedTraces;
            queued = new ArrayList<>();
            queuedTraces = Map.of();
            queuedBytes = 0;
            send(batch, traces);
        }
    }

    private void send(NoticeBatch batch) {
        send(batch, Map.of());
    }

    /** Runs under the lock, so that batches keep their order. */
    private void send(NoticeBatch batch, Map<String, String> traces) {
        byte[] bytes = BATCH.encode(batch);
        metrics.count(Metric.BUS_SENT_BYTES, bytes.length);
        if (window.requestAck()) {
            vertx.eventBus()
                    .request(address, Buffer.buffer(bytes), with(traces, ackOptions))
                    .onComplete(ack -> onAck(), timeout -> onAckTimeout());
        } else {
            vertx.eventBus().send(address, Buffer.buffer(bytes), with(traces, plainOptions));
        }
    }

    private static DeliveryOptions with(Map<String, String> traces, DeliveryOptions options) {
        if (traces.isEmpty()) {
            return options;
        }
        DeliveryOptions traced = new DeliveryOptions(options);
        traces.forEach(traced::addHeader);
        return traced;
    }

    private synchronized void onAck() {
        window.onAck();
        if (window.unackedBytes() > 0 && !closed) {
            send(NoticeBatch.EMPTY);
        }
    }

    private synchronized void onAckTimeout() {
        window.onAckTimeout();
        if (!closed) {
            vertx.timer(config.probeMs(), TimeUnit.MILLISECONDS).onSuccess(any -> ping());
        }
    }

    private synchronized void ping() {
        if (!closed) {
            send(NoticeBatch.EMPTY);
        }
    }
}
