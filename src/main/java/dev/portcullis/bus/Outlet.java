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
public final class Outlet {
    private static final WireForm<Batch> BATCH = WireForm.of(Batch.class);
    private static final int LARGE_BATCH = 256 * 1024;

    private final Vertx vertx;
    private final String address;
    private final Config config;
    private final BusEvents events;
    private final Link link;
    private final DeliveryOptions plain = new DeliveryOptions();
    private final DeliveryOptions asking;
    private List<Batch.Item> waiting = new ArrayList<>();
    private int waitingBytes;
    private boolean closed;

    /**
     * How much may be under way to a node that does not say it got it.
     *
     * @param bytes beyond which notices to that node are dropped
     * @param answerMs without an answer after which they are
     * @param pauseMs until a silent node is asked again whether it is there
     */
    public record Config(long bytes, long answerMs, long pauseMs) {
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
                            "answerMs",
                            STANDARD.answerMs,
                            100,
                            60_000,
                            "how long a node may leave notices unconfirmed"),
                    link.millis(
                            "pauseMs",
                            STANDARD.pauseMs,
                            50,
                            60_000,
                            "how often a node that confirms nothing is asked again"));
        }
    }

    Outlet(Vertx vertx, String address, Config config, BusEvents events) {
        this.vertx = vertx;
        this.address = address;
        this.config = config;
        this.events = events;
        this.link = new Link(config.bytes());
        this.asking = new DeliveryOptions().setSendTimeout(config.answerMs());
    }

    /** Whether it is on its way. */
    synchronized boolean offer(Batch.Item item) {
        if (closed || !link.take(item.size())) {
            return false;
        }
        waiting.add(item);
        waitingBytes += item.size();
        if (waitingBytes >= LARGE_BATCH) {
            flush();
        } else if (waiting.size() == 1) {
            vertx.getOrCreateContext().runOnContext(endOfTurn -> flush());
        }
        return true;
    }

    synchronized long underWay() {
        return link.underWay();
    }

    synchronized void close() {
        closed = true;
        waiting = new ArrayList<>();
    }

    private synchronized void flush() {
        if (!waiting.isEmpty()) {
            Batch batch = new Batch(waiting);
            waiting = new ArrayList<>();
            waitingBytes = 0;
            send(batch);
        }
    }

    /** Under the lock, so that no two batches change places. */
    private void send(Batch batch) {
        byte[] bytes = BATCH.encode(batch);
        events.sent(bytes.length);
        if (link.ask()) {
            vertx.eventBus()
                    .request(address, Buffer.buffer(bytes), asking)
                    .onComplete(answer -> answered(), silence -> unanswered());
        } else {
            vertx.eventBus().send(address, Buffer.buffer(bytes), plain);
        }
    }

    private synchronized void answered() {
        link.answered();
        if (link.underWay() > 0 && !closed) {
            send(Batch.EMPTY);
        }
    }

    private synchronized void unanswered() {
        link.unanswered();
        if (!closed) {
            vertx.timer(config.pauseMs(), TimeUnit.MILLISECONDS).onSuccess(any -> inquire());
        }
    }

    private synchronized void inquire() {
        if (!closed) {
            send(Batch.EMPTY);
        }
    }
}
