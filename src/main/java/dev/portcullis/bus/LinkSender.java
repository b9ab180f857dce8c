package dev.portcullis.bus;

import dev.portcullis.bus.wire.WireForm;
import dev.portcullis.config.Section;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The sending end of a link: what one event loop says in one turn goes as one batch, in the order it was said. */
public final class LinkSender {
    private static final WireForm<NoticeBatch> BATCH = WireForm.of(NoticeBatch.class);
    private static final int LARGE_BATCH = 256 * 1024;

    private final Vertx vertx;
    private final String address;
    private final Config config;
    private final BusEvents events;
    private final LinkWindow window;
    private final DeliveryOptions plainOptions = new DeliveryOptions();
    private final DeliveryOptions ackOptions;
    private List<NoticeBatch.Item> queued = new ArrayList<>();
    private int queuedBytes;
    private boolean closed;

    /**
     * How much may be under way to a node that does not say it got it.
     *
     * @param bytes beyond which notices to that node are dropped
     * @param ackTimeoutMs without an answer after which they are
     * @param probeMs until a silent node is asked again whether it is there
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
                            "notices under way to one node; beyond that they are dropped and the node reads the store"),
                    link.millis(
                            "ackTimeoutMs",
                            STANDARD.ackTimeoutMs,
                            100,
                            60_000,
                            "how long a node may leave notices unconfirmed"),
                    link.millis(
                            "probeMs",
                            STANDARD.probeMs,
                            50,
                            60_000,
                            "how often a node that confirms nothing is asked again"));
        }
    }

    LinkSender(Vertx vertx, String address, Config config, BusEvents events) {
        this.vertx = vertx;
        this.address = address;
        this.config = config;
        this.events = events;
        this.window = new LinkWindow(config.bytes());
        this.ackOptions = new DeliveryOptions().setSendTimeout(config.ackTimeoutMs());
    }

    /** Whether it is on its way. */
    synchronized boolean offer(NoticeBatch.Item item) {
        if (closed || !window.reserve(item.size())) {
            return false;
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
    }

    private synchronized void flush() {
        if (!queued.isEmpty()) {
            NoticeBatch batch = new NoticeBatch(queued);
            queued = new ArrayList<>();
            queuedBytes = 0;
            send(batch);
        }
    }

    /** Under the lock, so that no two batches change places. */
    private void send(NoticeBatch batch) {
        byte[] bytes = BATCH.encode(batch);
        events.sent(bytes.length);
        if (window.requestAck()) {
            vertx.eventBus()
                    .request(address, Buffer.buffer(bytes), ackOptions)
                    .onComplete(answer -> onAck(), silence -> onAckTimeout());
        } else {
            vertx.eventBus().send(address, Buffer.buffer(bytes), plainOptions);
        }
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
