package dev.portcullis.streams.redis;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LaneTick;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Prints what appends, reads and ticks cost Redis. Run it by hand: {@code java -cp …
 * dev.portcullis.streams.redis.RedisStreamBench}.
 */
final class RedisStreamBench {
    private static final int STREAMS = 1_000;
    private static final int AT_ONCE = 256;
    private static final byte[] BODY = "x".repeat(300).getBytes(StandardCharsets.UTF_8);

    private static final String MESSAGE_ID = "01890a5d-ac96-774b-bcce-b302099a8057";

    private RedisStreamBench() {}

    public static void main(String[] args) throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            RedisStreamsFixture life = RedisStreamsFixture.open(redis, () -> 0);
            RedisConsole operator = new RedisConsole(redis);
            appends(life, 20_480);
            measure(operator, "access check, to compare with", 51_200, () -> accessChecks(life, 51_200));
            measure(operator, "append with a key", 51_200, () -> appends(life, 51_200));
            searches(life, operator, 300);
            searches(life, operator, 1_000);
            measure(operator, "read of 50 entries", 5_000, () -> reads(life, 5_000, 50));
            measure(operator, "read of 300 entries", 5_000, () -> reads(life, 5_000, 300));
            List<LaneCursor> cursors = new ArrayList<>(IntStream.range(0, Lanes.COUNT)
                    .mapToObj(LaneCursor::unknown)
                    .toList());
            ticks(life, cursors, 2);
            measure(operator, "tick of an idle lane", 100 * Lanes.COUNT, () -> ticks(life, cursors, 100));
            life.close();
        }
    }

    private static void appends(RedisStreamsFixture life, int count) throws Exception {
        for (int from = 0; from < count; from += AT_ONCE) {
            await(Future.all(IntStream.range(from, from + AT_ONCE)
                    .mapToObj(i -> life.streams().append(append(i)))
                    .toList()));
        }
    }

    private static void accessChecks(RedisStreamsFixture life, int count) throws Exception {
        for (int from = 0; from < count; from += AT_ONCE) {
            await(Future.all(IntStream.range(from, from + AT_ONCE)
                    .mapToObj(i -> life.streams().access(stream(i), StreamStoreContract.ANN))
                    .toList()));
        }
    }

    private static void reads(RedisStreamsFixture life, int count, int entries) throws Exception {
        StreamStore.Bounds bounds = new StreamStore.Bounds(entries, 1 << 20);
        for (int from = 0; from < count; from += 50) {
            await(Future.all(IntStream.range(from, from + 50)
                    .mapToObj(i -> life.streams().before(stream(i), Long.MAX_VALUE, bounds))
                    .toList()));
        }
    }

    /** Messages in a window of this size, of which the oldest is edited: the whole window is searched. */
    private static void searches(RedisStreamsFixture life, RedisConsole operator, int window) throws Exception {
        StreamWindow kept = new StreamWindow(window, StreamStoreContract.KEPT.ageMs());
        StreamName room = StreamName.room(new RoomId("window" + window));
        for (int i = 0; i < window; i++) {
            await(life.streams().append(message(room, kept, "m" + i)));
        }
        measure(operator, "edit that finds no message among " + window, 2_000, () -> {
            for (int i = 0; i < 2_000; i++) {
                await(life.streams().amend(edit(room, kept, "none", window)));
            }
        });
        measure(operator, "latest 50 of them, to compare with", 2_000, () -> latest(life, room, 2_000));
        StreamWindow more = new StreamWindow(2 * window, kept.ageMs());
        measure(operator, "edit of the message before " + window + " others", window, () -> {
            for (int i = 0; i < window; i++) {
                await(life.streams().amend(edit(room, more, "m" + i, 2 * window)));
            }
        });
        measure(operator, "latest 50 of amendments", 2_000, () -> latest(life, room, 2_000));
    }

    private static void latest(RedisStreamsFixture life, StreamName room, int count) throws Exception {
        StreamStore.Bounds bounds = new StreamStore.Bounds(50, 1 << 20);
        for (int i = 0; i < count; i++) {
            await(life.streams().latest(room, Long.MAX_VALUE, bounds));
        }
    }

    private static AppendRequest message(StreamName room, StreamWindow kept, String id) {
        return new AppendRequest(room, kept, 0, BODY, Optional.empty(), Optional.empty(), Long.MAX_VALUE)
                .carrying(new Message(id, StreamStoreContract.ANN));
    }

    private static AmendRequest edit(StreamName room, StreamWindow kept, String id, int searched) {
        return new AmendRequest(
                message(room, kept, id),
                id,
                StreamStoreContract.ANN,
                false,
                Change.EDIT,
                Long.MIN_VALUE,
                searched,
                Integer.MAX_VALUE);
    }

    private static void ticks(RedisStreamsFixture life, List<LaneCursor> cursors, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            List<LaneTick> laneTicks = await(life.lanes().tick(new LeaseHolder("n:1", round), List.copyOf(cursors)));
            laneTicks.forEach(each -> cursors.set(each.cursor().lane(), each.cursor()));
        }
    }

    private static AppendRequest append(int i) {
        UserId user = new UserId("user" + i % 100);
        AppendRequest.IdempotencyKey idempotencyKey =
                new AppendRequest.IdempotencyKey(user, "chat", "id" + System.nanoTime(), new byte[16], MESSAGE_ID);
        return new AppendRequest(
                        stream(i),
                        StreamStoreContract.KEPT,
                        0,
                        BODY,
                        Optional.of(user),
                        Optional.of(idempotencyKey),
                        Long.MAX_VALUE)
                .carrying(new Message(MESSAGE_ID, user));
    }

    private static StreamName stream(int i) {
        return StreamName.room(new RoomId("room" + i % STREAMS));
    }

    private static void measure(RedisConsole operator, String what, int count, Work work) throws Exception {
        double before = cpuSeconds(operator);
        long began = System.nanoTime();
        work.run();
        double elapsed = (System.nanoTime() - began) / 1e9;
        double cpu = cpuSeconds(operator) - before;
        System.out.printf(
                "%s: %.1f us of Redis's CPU, %.1f us elapsed%n", what, 1e6 * cpu / count, 1e6 * elapsed / count);
    }

    private static double cpuSeconds(RedisConsole operator) throws Exception {
        return operator.ask("INFO", "cpu")
                .lines()
                .filter(line -> line.matches("used_cpu_(sys|user):.*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(60, TimeUnit.SECONDS);
    }

    private interface Work {
        void run() throws Exception;
    }
}
