package dev.portcullis.streams.redis;

import static dev.portcullis.streams.StreamStoreContract.ANN;

import dev.portcullis.kit.Await;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Publishers that append one message after the other to rooms of their own, and repeat each under its key until it is acknowledged.
 * Remembers what was acknowledged, and finds it again.
 */
final class AckedAppends {
    private static final int PUBLISHERS = 16;
    private static final long PAUSE_MS = 20;
    private static final StreamWindow KEPT = new StreamWindow(1_000_000, TimeUnit.HOURS.toMillis(24));
    private static final Bounds PART = new Bounds(1_000, 1 << 20);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Vertx vertx;
    private final RedisStreamStore streams;
    private final List<StreamName> rooms;
    private final Queue<String> acked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger acks = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final List<Promise<Void>> ended = new ArrayList<>();
    private volatile boolean stopped;

    /** Names of rooms in some lanes. */
    record Rooms(IntPredicate lanes) {
        StreamName room(int round, int publisher) {
            return IntStream.iterate(0, i -> i + 1)
                    .mapToObj(i -> StreamName.room(new RoomId("r" + round + "-" + publisher + "-" + i)))
                    .filter(room -> lanes.test(room.lane()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** How many of the acknowledged messages are not there, and how many messages are there twice. */
    record Losses(int failovers, int acknowledged, int lost, int doubled) {
        static final Losses NONE = new Losses(0, 0, 0, 0);

        Losses and(Losses more) {
            return new Losses(
                    failovers + more.failovers,
                    acknowledged + more.acknowledged,
                    lost + more.lost,
                    doubled + more.doubled);
        }
    }

    /** @param round makes the rooms of this run other ones than those of the runs before */
    AckedAppends(Vertx vertx, RedisStreamStore streams, Rooms rooms, int round) {
        this.vertx = vertx;
        this.streams = streams;
        this.rooms = IntStream.range(0, PUBLISHERS)
                .mapToObj(publisher -> rooms.room(round, publisher))
                .toList();
    }

    void start() {
        for (StreamName room : rooms) {
            Promise<Void> end = Promise.promise();
            ended.add(end);
            Context loop = vertx.getOrCreateContext();
            loop.runOnContext(any -> publish(room, 0, end));
        }
    }

    int acked() {
        return acks.get();
    }

    /** The attempts that were not acknowledged. */
    int unacked() {
        return failures.get();
    }

    /** Returns when no append is under way. */
    void stop() {
        stopped = true;
        for (Promise<Void> each : ended) {
            if (!Await.until(each.future()::isComplete, PATIENCE)) {
                throw new AssertionError("an append goes on");
            }
        }
    }

    Losses check() throws Exception {
        Map<String, Integer> found = new HashMap<>();
        for (StreamName room : rooms) {
            count(room, found);
        }
        int lost = (int) acked.stream().filter(each -> !found.containsKey(each)).count();
        int doubled = (int) found.values().stream().filter(times -> times > 1).count();
        return new Losses(1, acked.size(), lost, doubled);
    }

    private void count(StreamName room, Map<String, Integer> found) throws Exception {
        long seq = 0;
        for (boolean more = true; more; ) {
            Slice part = streams.after(room, seq, PART).await(60, TimeUnit.SECONDS);
            for (StreamEntry each : part.entries()) {
                found.merge(new String(each.body(), StandardCharsets.UTF_8), 1, Integer::sum);
                seq = each.position().seq();
            }
            more = !part.entries().isEmpty() && seq < part.head().seq();
        }
    }

    private void publish(StreamName room, int number, Promise<Void> end) {
        if (stopped) {
            end.complete();
        } else {
            attempt(room, number, end);
        }
    }

    /** Not a chain of futures: after thousands of failures its end would be a recursion of as many steps. */
    private void attempt(StreamName room, int number, Promise<Void> end) {
        String text = room.value() + " " + number;
        Future<?> unused = streams.append(append(room, text)).onComplete(placed -> {
            if (placed.succeeded() && placed.result() instanceof AppendResult.Placed) {
                acked.add(text);
                acks.incrementAndGet();
                publish(room, number + 1, end);
            } else if (stopped) {
                end.complete();
            } else {
                failures.incrementAndGet();
                vertx.setTimer(PAUSE_MS, any -> attempt(room, number, end));
            }
        });
    }

    private static AppendRequest append(StreamName room, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(
                room,
                KEPT,
                0,
                body,
                Optional.of(ANN),
                Optional.of(new IdempotencyKey(ANN, "chat", text, body, text)),
                Long.MAX_VALUE);
    }
}
