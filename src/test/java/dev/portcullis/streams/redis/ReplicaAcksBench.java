package dev.portcullis.streams.redis;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.redis.ReplicaAcks;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStoreContract;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Prints what it costs that an append waits for a replica: appends a second and their time, with so many in flight, in turns with and
 * without the wait. Run it by hand: {@code java -cp … dev.portcullis.streams.redis.ReplicaAcksBench ROUNDS SECONDS IN_FLIGHT…}.
 */
final class ReplicaAcksBench {
    private static final int STREAMS = 1_000;
    private static final byte[] BODY = "x".repeat(300).getBytes(StandardCharsets.UTF_8);
    private static final String MESSAGE_ID = "01890a5d-ac96-774b-bcce-b302099a8057";
    private static final AtomicLong IDS = new AtomicLong();

    private ReplicaAcksBench() {}

    private record Figures(double perSecond, double p50, double p99) {
        static Figures middle(List<Figures> all) {
            return new Figures(
                    middle(all.stream().mapToDouble(Figures::perSecond).toArray()),
                    middle(all.stream().mapToDouble(Figures::p50).toArray()),
                    middle(all.stream().mapToDouble(Figures::p99).toArray()));
        }

        private static double middle(double... values) {
            Arrays.sort(values);
            return values[values.length / 2];
        }

        @Override
        public String toString() {
            return String.format("%,.0f/s, p50 %.2f ms, p99 %.2f ms", perSecond, p50, p99);
        }
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        int[] inFlight = args.length > 2
                ? Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray()
                : new int[] {1, 16, 64, 256};
        Vertx vertx = Vertx.vertx();
        try (RedisProcess master = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1", "" + master.port())) {
            RedisConsole console = new RedisConsole(master);
            if (!Await.until(
                    () -> new RedisConsole(replica).ask("INFO", "replication").contains("link_status:up"))) {
                throw new IllegalStateException("the replica does not follow");
            }
            RedisStore plain = open(vertx, master, 0);
            RedisStore waiting = open(vertx, master, 1);
            RedisStreamStore without = new RedisStreamStore(plain);
            RedisStreamStore with = new RedisStreamStore(waiting);
            measure(vertx, without, 64, 3);
            measure(vertx, with, 64, 3);
            for (int each : inFlight) {
                List<Figures> ofWithout = new ArrayList<>();
                List<Figures> ofWith = new ArrayList<>();
                long waits = console.calls("wait");
                long confirmed = waiting.confirmedAppends();
                for (int round = 0; round < rounds; round++) {
                    ofWithout.add(measure(vertx, without, each, seconds));
                    ofWith.add(measure(vertx, with, each, seconds));
                }
                Figures none = Figures.middle(ofWithout);
                Figures one = Figures.middle(ofWith);
                System.out.printf("%d in flight%n  without: %s%n  with:    %s%n", each, none, one);
                System.out.printf(
                        "  with/without: throughput %.2f, p99 %.2f; %.1f appends for a WAIT%n",
                        one.perSecond() / none.perSecond(),
                        one.p99() / none.p99(),
                        (waiting.confirmedAppends() - confirmed) / (double) (console.calls("wait") - waits));
            }
            plain.close().await(60, TimeUnit.SECONDS);
            waiting.close().await(60, TimeUnit.SECONDS);
        } finally {
            vertx.close().await(60, TimeUnit.SECONDS);
        }
    }

    private static RedisStore open(Vertx vertx, RedisProcess master, int replicas) throws Exception {
        return RedisStores.open(
                vertx, RedisStores.patient(master, Topology.STANDALONE).with(new ReplicaAcks(replicas, 30_000)));
    }

    /** Each of so many publishers appends again as soon as its append is answered. */
    private static Figures measure(Vertx vertx, RedisStreamStore streams, int inFlight, int seconds) throws Exception {
        long began = System.nanoTime();
        long until = began + TimeUnit.SECONDS.toNanos(seconds);
        List<Publisher> publishers = IntStream.range(0, inFlight)
                .mapToObj(any -> new Publisher(streams, until))
                .toList();
        Context[] loops = IntStream.range(0, 4)
                .mapToObj(any -> vertx.getOrCreateContext())
                .toArray(Context[]::new);
        IntStream.range(0, inFlight)
                .forEach(i -> loops[i % loops.length].runOnContext(
                        any -> publishers.get(i).next()));
        for (Publisher each : publishers) {
            each.done.future().await(60, TimeUnit.SECONDS);
        }
        double elapsed = (System.nanoTime() - began) / 1e9;
        long[] nanos = publishers.stream()
                .flatMapToLong(each -> each.nanos.stream().mapToLong(Long::longValue))
                .sorted()
                .toArray();
        return new Figures(nanos.length / elapsed, millis(nanos, 0.50), millis(nanos, 0.99));
    }

    private static double millis(long[] sorted, double share) {
        return sorted[(int) (share * (sorted.length - 1))] / 1e6;
    }

    private static final class Publisher {
        private final RedisStreamStore streams;
        private final long until;
        private final List<Long> nanos = new ArrayList<>();
        private final Promise<Void> done = Promise.promise();

        Publisher(RedisStreamStore streams, long until) {
            this.streams = streams;
            this.until = until;
        }

        void next() {
            long now = System.nanoTime();
            if (now - until >= 0) {
                done.complete();
                return;
            }
            Future<?> unused = streams.append(append())
                    .onComplete(
                            stored -> {
                                nanos.add(System.nanoTime() - now);
                                next();
                            },
                            done::fail);
        }
    }

    private static AppendRequest append() {
        long id = IDS.incrementAndGet();
        UserId user = new UserId("user" + id % 100);
        AppendRequest.IdempotencyKey key =
                new AppendRequest.IdempotencyKey(user, "chat", "id" + id, new byte[16], MESSAGE_ID);
        return new AppendRequest(
                        StreamName.room(new RoomId("room" + id % STREAMS)),
                        StreamStoreContract.KEPT,
                        0,
                        BODY,
                        Optional.of(user),
                        Optional.of(key),
                        Long.MAX_VALUE)
                .carrying(new Message(MESSAGE_ID, user));
    }
}
