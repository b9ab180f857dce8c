package dev.portcullis.streams.delivery;

import static dev.portcullis.streams.StreamStoreContract.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.ForwardingStreams;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node with many rooms, while Redis changes its replication id without losing anything. */
@ExtendWith(VertxExtension.class)
class ForkedRoomsTest {
    private static final int ROOMS = 400;
    private static final int AT_ONCE = 50;

    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "");

    private final Map<StreamName, List<Long>> seen = new ConcurrentHashMap<>();
    private final AtomicInteger attached = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private Context context;
    private RedisStreamsFixture life;
    private CountedStreams store;
    private StreamHubShard shard;

    @BeforeEach
    void follow_many_rooms(Vertx vertx) throws Exception {
        context = vertx.getOrCreateContext();
        life = RedisStreamsFixture.open(redis, () -> 0);
        store = new CountedStreams(life.streams());
        shard = new StreamHubShard(context, store, config());
        CountingSubscriber all = new CountingSubscriber();
        IntStream.range(0, ROOMS).forEach(i -> shard.subscribe(room(i), Optional.empty(), ANN, all, all));
        assertThat(Await.until(() -> attached.get() == ROOMS)).isTrue();
        store.resumes.set(0);
    }

    @AfterEach
    void close() {
        life.close();
    }

    @Test
    void fork_without_loss_is_checked_in_calls_of_many_rooms_without_a_read() throws Exception {
        fork();
        compareAll();
        assertThat(Await.until(() -> store.answered.get() == ROOMS / AT_ONCE)).isTrue();
        await(loopRun()); // the last answer is processed
        StreamEntry next = append(7);
        shard.offer(next);
        assertThat(Await.until(() -> seen(7).equals(List.of(1L)))).isTrue();
        assertThat(store.calls).hasSize(ROOMS / AT_ONCE);
        assertThat(store.resumes).hasValue(0);
        assertThat(lost).hasValue(0);
    }

    @Test
    void rooms_with_traffic_are_checked_before_quiet_ones() throws Exception {
        for (int i = 100; i < 100 + AT_ONCE; i++) {
            shard.offer(append(i));
        }
        assertThat(Await.until(() -> seen.size() == AT_ONCE)).isTrue();
        fork();
        compareAll();
        assertThat(Await.until(() -> store.asked() == ROOMS)).isTrue();
        assertThat(store.calls.get(0))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(100, 100 + AT_ONCE)
                        .mapToObj(ForkedRoomsTest::room)
                        .toList());
    }

    @Test
    void room_with_a_waiting_entry_is_checked_before_all_others() throws Exception {
        fork();
        Promise<Void> first = store.holdNextCheck();
        compareAll();
        assertThat(Await.until(() -> store.calls.size() == 1)).isTrue();
        int late = IntStream.range(0, ROOMS)
                .filter(i -> !store.calls.get(0).contains(room(i)))
                .findFirst()
                .orElseThrow();
        shard.offer(append(late));
        await(loopRun());
        context.runOnContext(any -> first.complete());
        assertThat(Await.until(() -> store.asked() == ROOMS)).isTrue();
        assertThat(store.calls.get(1)).contains(room(late));
        assertThat(Await.until(() -> seen(late).equals(List.of(1L)))).isTrue();
        assertThat(store.resumes).as("the entry was held, not read").hasValue(0);
    }

    @Test
    void entry_of_a_new_epoch_is_delivered_only_after_the_store_confirmed_the_epoch() throws Exception {
        fork();
        Promise<Void> check = store.holdNextCheck();
        shard.offer(append(3));
        assertThat(Await.until(() -> store.calls.size() == 1)).isTrue();
        shard.offer(append(3));
        await(loopRun());
        assertThat(seen(3)).isEmpty();
        context.runOnContext(any -> check.complete());
        assertThat(Await.until(() -> seen(3).equals(List.of(1L, 2L)))).isTrue();
    }

    @Test
    void failed_check_is_repeated() throws Exception {
        fork();
        store.holdNextCheck().fail(new StoreFailure("cut off"));
        shard.offer(append(3));
        assertThat(Await.until(() -> seen(3).equals(List.of(1L)))).isTrue();
        assertThat(store.calls.size()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void rooms_of_an_emptied_redis_get_a_loss() throws Exception {
        for (int i = 0; i < 10; i++) {
            shard.offer(append(i));
        }
        assertThat(Await.until(() -> seen.size() == 10)).isTrue();
        new RedisConsole(redis).ask("FLUSHALL");
        compareAll();
        assertThat(Await.until(() -> lost.get() == ROOMS)).isTrue();
    }

    private void fork() {
        new RedisConsole(redis).ask("DEBUG", "CHANGE-REPL-ID");
    }

    /** All lanes in one run of the event loop, as a tick of many lanes reports them. */
    private void compareAll() {
        context.runOnContext(any -> IntStream.range(0, Lanes.COUNT).forEach(shard::compareAll));
    }

    /** Completes after everything that was offered before is processed. */
    private Future<Void> loopRun() {
        Promise<Void> passed = Promise.promise();
        context.runOnContext(any -> passed.complete());
        return passed.future();
    }

    private StreamEntry append(int room) throws Exception {
        byte[] bytes = "m".getBytes(StandardCharsets.UTF_8);
        AppendRequest message = new AppendRequest(
                room(room), StreamStoreContract.KEPT, 0, bytes, Optional.of(ANN), Optional.empty(), Long.MAX_VALUE);
        return ((AppendResult.Stored) await(store.append(message))).entry();
    }

    private List<Long> seen(int room) {
        return seen.getOrDefault(room(room), List.of());
    }

    private static StreamName room(int number) {
        return StreamName.room(new RoomId("room-" + number));
    }

    private static StreamsConfig config() {
        return StreamsConfig.read(
                Section.root(
                        Map.of("headsAtOnce", (long) AT_ONCE, "readMs", 5_000L),
                        new ConfigReading(Map.of(), Path.of("."))),
                1);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }

    /** The subscriber of all rooms. */
    private final class CountingSubscriber implements DeliveryLoop, Subscriber {
        @Override
        public void run(Runnable inOrder) {
            inOrder.run();
        }

        @Override
        public void deliver(StreamName stream, List<StreamEntry> entries) {
            List<Long> all = seen.computeIfAbsent(stream, any -> new CopyOnWriteArrayList<>());
            entries.forEach(entry -> all.add(entry.position().seq()));
        }

        @Override
        public void deliver(TransientFrame frame) {
            throw new AssertionError("nothing transient is sent here");
        }

        @Override
        public void lost(StreamName stream, Position now) {
            lost.incrementAndGet();
        }

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
        public void failed() {}

        @Override
        public void barred() {}
    }

    /** Streams whose reads and checks are counted. */
    private static final class CountedStreams extends ForwardingStreams {
        final AtomicInteger resumes = new AtomicInteger();
        final AtomicInteger answered = new AtomicInteger();
        final List<List<StreamName>> calls = new CopyOnWriteArrayList<>();
        private final StreamStore real;
        private volatile Future<Void> held = Future.succeededFuture();

        CountedStreams(StreamStore real) {
            super(() -> real);
            this.real = real;
        }

        Promise<Void> holdNextCheck() {
            Promise<Void> promise = Promise.promise();
            held = promise.future();
            return promise;
        }

        long asked() {
            return calls.stream().flatMap(List::stream).distinct().count();
        }

        @Override
        public Future<List<Confirmation>> confirm(List<Cursor> cursors) {
            calls.add(new ArrayList<>(cursors.stream().map(Cursor::stream).toList()));
            Future<Void> first = held;
            held = Future.succeededFuture();
            return first.compose(any -> real.confirm(cursors)).onSuccess(any -> answered.incrementAndGet());
        }

        @Override
        public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
            resumes.incrementAndGet();
            return real.resume(stream, since, bounds);
        }
    }
}
