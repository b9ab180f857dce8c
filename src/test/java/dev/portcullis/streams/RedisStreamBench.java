package dev.portcullis.streams;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.LaneStore.LaneMark;
import dev.portcullis.streams.LaneStore.LaneNews;
import dev.portcullis.streams.LaneStore.Tenant;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Prints what appends, reads and ticks cost Redis, by its own count. To be run by hand. */
final class RedisStreamBench {
    private static final int STREAMS = 1_000;
    private static final int AT_ONCE = 256;
    private static final byte[] BODY = "x".repeat(300).getBytes(StandardCharsets.UTF_8);

    private RedisStreamBench() {}

    public static void main(String[] args) throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            RedisLife life = RedisLife.open(redis, () -> 0);
            RedisCommands operator = RedisCommands.connect(life.vertx(), redis.uri());
            appends(life, 20_000);
            measure(operator, "append with a key", 100_000, () -> appends(life, 100_000));
            measure(operator, "read of 50 entries", 10_000, () -> reads(life, 10_000, 50));
            measure(operator, "read of 300 entries", 10_000, () -> reads(life, 10_000, 300));
            List<LaneMark> marks = new ArrayList<>(
                    IntStream.range(0, Lanes.COUNT).mapToObj(LaneMark::unknown).toList());
            ticks(life, marks, 2);
            measure(operator, "tick of a quiet lane", 100 * Lanes.COUNT, () -> ticks(life, marks, 100));
            life.close();
        }
    }

    private static void appends(RedisLife life, int count) throws Exception {
        for (int from = 0; from < count; from += AT_ONCE) {
            await(Future.all(IntStream.range(from, from + AT_ONCE)
                    .mapToObj(i -> life.streams().append(append(i)))
                    .toList()));
        }
    }

    private static void reads(RedisLife life, int count, int entries) throws Exception {
        StreamStore.Bounds bounds = new StreamStore.Bounds(entries, 1 << 20);
        for (int from = 0; from < count; from += 50) {
            await(Future.all(IntStream.range(from, from + 50)
                    .mapToObj(i -> life.streams().before(stream(i), Long.MAX_VALUE, bounds))
                    .toList()));
        }
    }

    private static void ticks(RedisLife life, List<LaneMark> marks, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            List<LaneNews> news = await(life.lanes().tick(new Tenant("n:1", round), List.copyOf(marks)));
            news.forEach(each -> marks.set(each.mark().lane(), each.mark()));
        }
    }

    private static Append append(int i) {
        UserId user = new UserId("user" + i % 100);
        Append.Key key = new Append.Key(user, "chat", "id" + System.nanoTime(), new byte[16], "m".repeat(22));
        return new Append(
                stream(i), StreamStoreContract.KEPT, 0, BODY, Optional.of(user), Optional.of(key), Long.MAX_VALUE);
    }

    private static StreamName stream(int i) {
        return StreamName.room(new RoomId("room" + i % STREAMS));
    }

    private static void measure(RedisCommands operator, String what, int count, Work work) throws Exception {
        operator.run("CONFIG", "RESETSTAT");
        long began = System.nanoTime();
        work.run();
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
        String stats = operator.run("INFO", "commandstats").toString();
        double usec = stats.lines()
                .filter(line -> line.startsWith("cmdstat_evalsha:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll(".*,usec=([0-9]+),.*", "$1")))
                .sum();
        System.out.printf("%s: %.1f us of Redis, %.1f us from end to end%n", what, usec / count, 1.0 * micros / count);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(60, TimeUnit.SECONDS);
    }

    private interface Work {
        void run() throws Exception;
    }
}
