package dev.portcullis.broadcast.expiry;

import static dev.portcullis.kit.Await.done;

import com.sun.management.OperatingSystemMXBean;
import dev.portcullis.app.node.assembly.UploadedFiles;
import dev.portcullis.archive.ArchiveBacklog;
import dev.portcullis.archive.ArchiveConfig;
import dev.portcullis.archive.ArchiveHealth;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.ArchiveVerticle;
import dev.portcullis.archive.ArchivedStreams;
import dev.portcullis.archive.embedded.EmbeddedArchive;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.StreamWindows;
import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target.ToRoom;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.ExpiringMessages;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Prints how fast messages go that all end within one second, and what those wait meanwhile who say something in other rooms, against the
 * time before. Run it by hand: {@code java -cp … dev.portcullis.broadcast.expiry.EndingMessagesBench [embedded|redis|archived] [messages]
 * [rooms …]}. {@code archived} is the embedded store with its archive, in which most of the messages are by the time.
 */
final class EndingMessagesBench {
    private static final UserId ANN = new UserId("ann");
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);
    private static final int WITHIN_MS = 1_000;
    private static final int PER_SECOND = 200;
    private static final int OTHER_ROOMS = 100;
    private static final int AT_ONCE = 32;
    private static final Duration BEFORE = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final List<Integer> LANES =
            IntStream.range(0, Lanes.COUNT).boxed().toList();
    private static final String TEXT = "x".repeat(200);

    private final Vertx vertx;
    private final StreamStore streams;
    private final RowStore rows;
    private final StreamWindow window;
    private final Random random = new Random(42);
    private int ids;

    private EndingMessagesBench(Vertx vertx, StreamStore streams, RowStore rows, StreamWindow window) {
        this.vertx = vertx;
        this.streams = streams;
        this.rows = rows;
        this.window = window;
    }

    public static void main(String[] args) throws Exception {
        String kind = args.length > 0 ? args[0] : "embedded";
        int messages = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
        List<Integer> rooms = args.length > 2
                ? Arrays.stream(args).skip(2).map(Integer::valueOf).toList()
                : List.of(1_000, 10);
        for (int each : rooms) {
            System.out.printf("%s, %,d messages of %,d rooms%n", kind, messages, each);
            run(kind, messages, each);
        }
        System.exit(0);
    }

    private static void run(String kind, int messages, int rooms) throws Exception {
        StreamWindow roomy = new StreamWindow(4 * messages / rooms + 100, DAY_MS);
        if (kind.equals("redis")) {
            try (RedisProcess redis = RedisProcess.start("--save", "");
                    RedisStreamsFixture store = RedisStreamsFixture.open(redis, System::currentTimeMillis)) {
                new EndingMessagesBench(store.vertx(), store.streams(), store.rows(), roomy).run(messages, rooms);
            }
            return;
        }
        Vertx vertx = Vertx.vertx();
        try (EmbeddedStreamsFixture store = EmbeddedStreamsFixture.open(
                Files.createTempDirectory("portcullis-bench-"), System::currentTimeMillis)) {
            if (kind.equals("archived")) {
                archived(vertx, store).run(messages, rooms);
            } else {
                new EndingMessagesBench(vertx, store.streams(), store.rows(), roomy).run(messages, rooms);
            }
            done(vertx.close());
        }
    }

    /** Windows as shipped, and an archive that is fed twice a second, and at once where more waits. */
    private static EndingMessagesBench archived(Vertx vertx, EmbeddedStreamsFixture store) {
        StreamWindow window = new StreamWindow(300, DAY_MS, true);
        ArchiveStore archive = EmbeddedArchive.open(store.store(), Long.MAX_VALUE);
        done(vertx.deployVerticle(new ArchiveVerticle(
                archive,
                store.streams().unarchived(),
                store.rows(),
                stream -> window.entries(),
                () -> RetentionConfig.UNBOUNDED,
                after -> Future.succeededFuture(List.of()),
                new ArchiveBacklog(() -> Long.MAX_VALUE, ArchiveConfig.OnFull.REFUSE),
                new ArchiveHealth(),
                "n1",
                lane -> true,
                Metrics.uncounted())));
        return new EndingMessagesBench(
                vertx,
                new ArchivedStreams(store.streams(), archive, store.streams().unarchived(), store.rows(), 10_000),
                store.rows(),
                window);
    }

    private void run(int messages, int rooms) throws Exception {
        long begun = System.nanoTime();
        long end = System.currentTimeMillis()
                + TimeUnit.SECONDS.toMillis(5)
                + BEFORE.toMillis()
                + messages / 2; // long enough to say them all, also on a busy machine
        for (int from = 0; from < messages; from += AT_ONCE) {
            done(Future.all(IntStream.range(from, Math.min(messages, from + AT_ONCE))
                    .mapToObj(i -> streams.append(message("r" + i % rooms, end - System.currentTimeMillis())
                            .expiring(end + random.nextInt(WITHIN_MS))))
                    .toList()));
        }
        System.out.printf("  said in %.1f s%n", (System.nanoTime() - begun) / 1e9);
        if (System.currentTimeMillis() > end - BEFORE.toMillis()) {
            System.out.println("  too late: some end before all are said, or others are watched; take fewer messages");
        }
        Members members = new Members();
        ExpiryVerticle sweeper = sweeper();
        done(vertx.deployVerticle(sweeper));
        vertx.getOrCreateContext().runOnContext(any -> members.talk());
        Await.until(() -> System.currentTimeMillis() >= end - BEFORE.toMillis(), PATIENCE);
        members.begin();
        Await.until(() -> System.currentTimeMillis() >= end, PATIENCE);
        members.end("before");
        long instant = System.nanoTime();
        long cpu = cpuNanos();
        members.begin();
        Await.until(() -> System.currentTimeMillis() > end + WITHIN_MS && rowsAreGone(), PATIENCE);
        double took = (System.nanoTime() - instant) / 1e9;
        System.out.printf(
                "  the last one was gone after %.1f s: %,.0f a second, %.0f us of CPU each%n",
                took, messages / took, (cpuNanos() - cpu) / 1e3 / messages);
        members.end("during");
        members.stop();
    }

    /** Of this process: not of Redis. */
    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private boolean rowsAreGone() {
        RowRange first = ExpiringMessages.first();
        boolean gone = done(rows.read(LANES, ReadSet.of(first))).values().stream()
                .allMatch(lane -> lane.get(first).isEmpty());
        if (!gone) {
            Await.pass(Duration.ofMillis(200));
        }
        return gone;
    }

    private ExpiryVerticle sweeper() {
        Bus bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        done(bus.subscribe(FanOut.ENTRY, 0, any -> {}));
        return new ExpiryVerticle(
                rows,
                new UploadedFiles(new UploadStore(rows)),
                Optional.empty(),
                streams,
                StreamWindows.fixed(window, window),
                new FanOut(bus, new EdgeInterests(bus, 1 << 16, System::nanoTime)),
                lane -> true,
                Metrics.uncounted(),
                System::currentTimeMillis);
    }

    private AppendRequest message(String room, long lastsMs) {
        String id = "m" + ids++;
        RoomId in = new RoomId(room);
        byte[] body = new DeliveredMessage(
                        new ToRoom(in),
                        id,
                        ANN,
                        Optional.empty(),
                        TEXT,
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        System.currentTimeMillis(),
                        lastsMs > 0 ? Optional.of(lastsMs) : Optional.empty())
                .body();
        return new AppendRequest(
                        StreamName.room(in),
                        window,
                        System.currentTimeMillis(),
                        body,
                        Optional.of(ANN),
                        Optional.of(new IdempotencyKey(ANN, "chat", id, new byte[16], id)),
                        Long.MAX_VALUE)
                .carrying(new Message(id, ANN));
    }

    /** Say something at a steady rate, whether or not the ack of what was said before is there. */
    private final class Members {
        private final ConcurrentLinkedQueue<Long> acks = new ConcurrentLinkedQueue<>();
        private final AtomicInteger failed = new AtomicInteger();
        private volatile boolean stopped;
        private final long began = System.nanoTime();
        private long said;

        void talk() {
            long due = (System.nanoTime() - began) * PER_SECOND / TimeUnit.SECONDS.toNanos(1);
            while (said < due) {
                long at = began + ++said * TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
                streams.append(message("other" + random.nextInt(OTHER_ROOMS), 0))
                        .onComplete(ack -> {
                            acks.add(System.nanoTime() - at);
                            if (ack.failed()) {
                                failed.incrementAndGet();
                            }
                        });
            }
            if (!stopped) {
                vertx.setTimer(1, any -> talk());
            }
        }

        void begin() {
            acks.clear();
            failed.set(0);
        }

        void end(String when) {
            long[] nanos = acks.stream().mapToLong(each -> each).sorted().toArray();
            System.out.printf(
                    "  acks of others %s: %,d, median %.1f ms, p99 %.1f ms, longest %.1f ms, failed %d%n",
                    when, nanos.length, part(nanos, 0.5), part(nanos, 0.99), part(nanos, 1), failed.get());
        }

        private static double part(long[] nanos, double share) {
            return nanos.length == 0 ? 0 : nanos[(int) Math.ceil(share * nanos.length) - 1] / 1e6;
        }

        void stop() {
            stopped = true;
        }
    }
}
