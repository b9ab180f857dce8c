package dev.portcullis.streams.redis;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.DelayProxy;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.delivery.DeliveryLoop;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import dev.portcullis.streams.delivery.Subscriber;
import dev.portcullis.streams.lane.LaneTicker;
import dev.portcullis.streams.lane.NodeIncarnation;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Prints the delay of acknowledged messages after a fork without loss, on a node with many rooms and a remote Redis. Run it
 * by hand: {@code java -cp … dev.portcullis.streams.redis.ForkBench 20000 8}, with the number of rooms and the milliseconds
 * of delay to Redis.
 */
final class ForkBench {
    private static final int LIVE = 1_000;
    private static final int ROUNDS = 1_500;
    private static final long ROUND_NANOS = 10_000_000;
    private static final int IN_A_ROUND = 4; // 400 a second
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, Long> delivered = new ConcurrentHashMap<>();
    private final AtomicInteger attached = new AtomicInteger();
    private final Queue<String> afterTheFork = new ConcurrentLinkedQueue<>();

    private ForkBench() {}

    public static void main(String[] args) throws Exception {
        new ForkBench().measure(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    }

    private void measure(int rooms, int delayMs) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        Vertx proxyVertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (RedisProcess redis = RedisProcess.start("--save", "")) {
            DelayProxy proxy = DelayProxy.to(proxyVertx, redis.port());
            RedisStore store = RedisStore.open(
                            vertx, new RedisConfig("redis://127.0.0.1:" + proxy.port(), 5_000, 2_048), (o, nanos) -> {})
                    .await(10, TimeUnit.SECONDS);
            RedisStreamStore streams = new RedisStreamStore(store);
            StreamsConfig config = StreamsConfig.read(
                    Section.root(Map.of("readMs", 5_000L), new ConfigReading(Map.of(), Path.of("."))), 1);
            StreamHub hub = new StreamHub(List.of(
                    new StreamHubShard(vertx.getOrCreateContext(), streams, config),
                    new StreamHubShard(vertx.getOrCreateContext(), streams, config)));
            LaneTicker ticker = new LaneTicker(
                    vertx.getOrCreateContext(),
                    new RedisLaneStore(store),
                    new NodeIncarnation("n"),
                    500,
                    System::nanoTime,
                    System::currentTimeMillis);
            ticker.addListener(hub);
            ticker.start().await(20, TimeUnit.SECONDS);
            follow(hub, rooms);
            proxy.delayBy(delayMs);
            publish(streams, hub, () -> new RedisConsole(redis).ask("DEBUG", "CHANGE-REPL-ID"));
            awaitAll();
            report(rooms, delayMs);
        } finally {
            vertx.close().await(20, TimeUnit.SECONDS);
            proxyVertx.close().await(20, TimeUnit.SECONDS);
        }
    }

    private void follow(StreamHub hub, int rooms) throws Exception {
        CountingSubscriber all = new CountingSubscriber();
        for (int begin = 0; begin < rooms; begin += 200) {
            int end = Math.min(rooms, begin + 200);
            IntStream.range(begin, end)
                    .forEach(i ->
                            hub.forStream(room(i)).subscribe(room(i), Optional.empty(), new UserId("ann"), all, all));
            require(Await.until(() -> attached.get() >= end, LONGEST), "not all rooms can be followed");
        }
    }

    private void publish(RedisStreamStore streams, StreamHub hub, Runnable fork) {
        Random random = new Random(1);
        long began = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            if (round == 200) {
                fork.run();
            }
            for (int i = 0; i < IN_A_ROUND; i++) {
                append(streams, hub, room(random.nextInt(LIVE)), round >= 200);
            }
            long due = began + (round + 1) * ROUND_NANOS;
            require(Await.until(() -> System.nanoTime() - due >= 0, LONGEST), "the clock stands");
        }
    }

    private void append(RedisStreamStore streams, StreamHub hub, StreamName room, boolean after) {
        byte[] body = "\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8);
        StreamWindow kept = new StreamWindow(300, TimeUnit.HOURS.toMillis(24));
        streams.append(new AppendRequest(room, kept, 0, body, Optional.empty(), Optional.empty(), Long.MAX_VALUE))
                .onSuccess(outcome -> {
                    StreamEntry entry = ((AppendResult.Stored) outcome).entry();
                    acknowledged.put(name(entry), System.nanoTime());
                    if (after) {
                        afterTheFork.add(name(entry));
                    }
                    hub.forStream(room).offer(entry);
                });
    }

    /** What is not delivered by then shows in the figures. */
    private void awaitAll() {
        Await.until(() -> delivered.size() >= acknowledged.size(), LONGEST);
    }

    private void report(int rooms, int delayMs) {
        long[] late = afterTheFork.stream()
                .mapToLong(name -> delivered.getOrDefault(name, Long.MAX_VALUE) - acknowledged.getOrDefault(name, 0L))
                .map(TimeUnit.NANOSECONDS::toMillis)
                .toArray();
        long[] first = Arrays.copyOf(late, Math.min(late.length, 1_000));
        Arrays.sort(first);
        Arrays.sort(late);
        System.out.printf(
                "%d rooms, %d ms to Redis: the 1,000 messages after the fork p50 %d ms, p99 %d ms, max %d ms; all %d: max %d"
                        + " ms%n",
                rooms,
                delayMs,
                first[first.length / 2],
                first[first.length * 99 / 100],
                first[first.length - 1],
                late.length,
                late[late.length - 1]);
    }

    private static void require(boolean met, String otherwise) {
        if (!met) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static String name(StreamEntry entry) {
        return entry.stream().value() + " " + entry.position().seq();
    }

    private static StreamName room(int number) {
        return StreamName.room(new RoomId("room-" + number));
    }

    /** The subscriber of all rooms. */
    private final class CountingSubscriber implements DeliveryLoop, Subscriber {
        @Override
        public void run(Runnable inOrder) {
            inOrder.run();
        }

        @Override
        public void deliver(StreamName stream, List<StreamEntry> entries) {
            long now = System.nanoTime();
            entries.forEach(entry -> delivered.putIfAbsent(name(entry), now));
        }

        @Override
        public void deliver(TransientFrame frame) {}

        @Override
        public void lost(StreamName stream, Position now) {}

        @Override
        public void part(Slice missed, Runnable next) {
            next.run();
        }

        @Override
        public void attached(Slice missed) {
            attached.incrementAndGet();
        }

        @Override
        public void displaced() {
            throw new IllegalStateException("there was memory for all");
        }

        @Override
        public void failed() {
            throw new IllegalStateException("a join failed");
        }

        @Override
        public void barred() {}
    }
}
