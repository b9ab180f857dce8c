package dev.portcullis.cluster.workload;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** So many {@link Visitor}s at once: where one goes, another user comes. All run on one event loop. */
public final class Visitors implements AutoCloseable {
    private static final long TICK_MS = 20;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private final WebSocketClient client =
            vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(10_000));
    private final Queue<String> findings = new ConcurrentLinkedQueue<>();
    private final List<Visitor> present = new ArrayList<>();
    private final List<Endpoint> endpoints;
    private final int rooms;
    private final Random random;
    private int came;
    private long timer;
    private volatile Counts gone = new Counts(0, 0, 0);

    /**
     * What visitors did who are gone.
     *
     * @param read messages that came to them
     */
    public record Counts(long visits, long acked, long read) {
        private Counts plus(Visitor visitor) {
            return new Counts(visits + 1, acked + visitor.acked(), read + visitor.read());
        }
    }

    private Visitors(List<Endpoint> endpoints, int rooms, long seed) {
        this.endpoints = endpoints;
        this.rooms = rooms;
        this.random = new Random(seed);
    }

    /** @param rooms among which each chooses */
    public static Visitors start(List<Endpoint> endpoints, int number, int rooms, long seed) {
        Visitors visitors = new Visitors(endpoints, rooms, seed);
        visitors.loop.runOnContext(any -> {
            for (int i = 0; i < number; i++) {
                visitors.present.add(visitors.next());
            }
            visitors.timer = visitors.vertx.setPeriodic(TICK_MS, tick -> visitors.tick());
        });
        return visitors;
    }

    private Visitor next() {
        return new Visitor("visitor-" + came++, rooms, endpoints, client, new Random(random.nextLong()), findings::add);
    }

    private void tick() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        present.forEach(each -> each.tick(millis));
        present.replaceAll(each -> {
            if (each.isGone()) {
                gone = gone.plus(each);
                return next();
            }
            return each;
        });
    }

    public Counts gone() {
        return gone;
    }

    /** Messages that were missing or came twice, and refusals that are not temporary. */
    public List<String> findings() {
        return List.copyOf(findings);
    }

    @Override
    public void close() {
        Promise<Void> stopped = Promise.promise();
        loop.runOnContext(any -> {
            vertx.cancelTimer(timer);
            present.forEach(Visitor::go);
            stopped.complete();
        });
        stopped.future()
                .compose(any -> vertx.close())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }
}
