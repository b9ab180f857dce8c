package dev.portcullis.streams.delivery;

import static dev.portcullis.streams.StreamStoreContract.ANN;
import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.Position;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamInvariants;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.lane.LaneTicker;
import dev.portcullis.streams.lane.NodeIncarnation;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Subscribers of a node, while its Redis loses data, forks and is written to by others. */
@ExtendWith(VertxExtension.class)
class RedisStreamHubTest {
    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--repl-diskless-sync", "no");

    private Vertx vertx;
    private final RecordingDeliveryLoop loop = new RecordingDeliveryLoop();
    private final List<RedisStreamsFixture> lives = new ArrayList<>();
    private final List<RedisProcess> replicas = new ArrayList<>();
    private RedisStreamsFixture life;
    private StreamInvariants streams;
    private LaneTicker ticker;
    private StreamHubShard shard;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        this.vertx = vertx;
        life = open(redis);
        streams = new StreamInvariants(life.streams());
        shard = new StreamHubShard(vertx.getOrCreateContext(), streams, config());
        ticker = new LaneTicker(
                vertx.getOrCreateContext(),
                life.lanes(),
                new NodeIncarnation("n"),
                500,
                System::nanoTime,
                System::currentTimeMillis);
        ticker.addListener(new StreamHub(List.of(shard)));
        await(ticker.start());
    }

    @AfterEach
    void close() throws Exception {
        streams.check();
        await(ticker.stop());
        lives.forEach(RedisStreamsFixture::close);
        replicas.forEach(RedisProcess::close);
    }

    @Test
    void last_message_of_a_quiet_room_lost_by_the_bus_is_delivered_after_a_tick() throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined();
        append("m1");
        until(subscriber, 1);
    }

    @Test
    void fork_without_loss_is_not_noticed_by_subscribers() throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined();
        shard.offer(append("m1"));
        until(subscriber, 1);
        RedisConsole operator = new RedisConsole(redis);
        operator.ask("DEBUG", "CHANGE-REPL-ID");
        StreamEntry second = append("m2");
        assertThat(second.position().epoch())
                .isNotEqualTo(subscriber.attachments().get(0).head().epoch());
        until(subscriber, 2);
        shard.offer(append("m3"));
        until(subscriber, 3);
        assertThat(subscriber.losses()).isEmpty();
    }

    @Test
    void fork_between_two_parts_of_a_resume_leaves_the_resume_exact() throws Exception {
        Position start = await(streams.head(LOBBY));
        for (int i = 1; i <= 30; i++) {
            append("m" + i);
        }
        shard = new StreamHubShard(vertx.getOrCreateContext(), streams, inParts());
        RecordingDeliveryLoop.RecordingSubscriber witness = joined();
        RecordingDeliveryLoop.RecordingSubscriber slow = loop.subscriber().slow();
        shard.subscribe(LOBBY, Optional.of(start), ANN, loop, slow);
        assertThat(Await.until(slow::isHolding)).isTrue();
        new RedisConsole(redis).ask("DEBUG", "CHANGE-REPL-ID");
        StreamEntry later = append("m31");
        assertThat(later.position().epoch()).isNotEqualTo(start.epoch());
        shard.offer(later);
        assertThat(Await.until(() -> witness.seqs().equals(List.of(31L)))).isTrue();
        assertThat(Await.until(() -> {
                    slow.takeIfHolding();
                    return !slow.attachments().isEmpty();
                }))
                .isTrue();
        assertThat(slow.attachments().get(0).exact()).isTrue();
        assertThat(slow.attachments().get(0).head()).isEqualTo(later.position());
        shard.offer(append("m32"));
        until(slow, 32);
        assertThat(slow.parts()).isNotEmpty();
    }

    @Test
    void fail_over_that_lost_delivered_entries_gives_subscribers_a_loss() throws Exception {
        RedisProcess second = RedisProcess.start("--replicaof", "127.0.0.1", "" + redis.port());
        replicas.add(second);
        RedisConsole operator = new RedisConsole(second);
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined();
        shard.offer(append("m1"));
        assertThat(Await.until(() -> has(operator, 1))).isTrue();
        operator.ask("REPLICAOF", "127.0.0.1", "1");
        shard.offer(append("lost"));
        until(subscriber, 2);
        operator.ask("REPLICAOF", "NO", "ONE");
        streams.watch(open(second).streams());
        shard.compareAll(LOBBY.lane());
        assertThat(Await.until(() -> subscriber.losses().size() == 1)).isTrue();
        assertThat(subscriber.losses().get(0).seq()).isEqualTo(1);
        shard.offer(append("m2"));
        assertThat(Await.until(() -> subscriber.seqs().equals(List.of(1L, 2L, 2L))))
                .isTrue();
    }

    @Test
    void emptied_redis_gives_subscribers_a_loss_and_they_continue_from_its_beginning() throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined();
        shard.offer(append("m1"));
        until(subscriber, 1);
        new RedisConsole(redis).ask("FLUSHALL");
        assertThat(Await.until(() -> subscriber.losses().size() == 1)).isTrue();
        append("m1 again");
        assertThat(Await.until(() -> subscriber.seqs().equals(List.of(1L, 1L)))).isTrue();
    }

    @Test
    void concurrent_appends_of_two_nodes_get_distinct_positions_without_a_gap() throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined();
        StreamInvariants others = new StreamInvariants(open(redis).streams());
        List<Future<AppendResult>> all = new ArrayList<>();
        List<Thread> appenders = IntStream.range(0, 128)
                .mapToObj(appender -> new Thread(() -> {
                    for (int i = 0; i < 2; i++) {
                        Future<AppendResult> outcome =
                                (appender % 2 == 0 ? streams : others).append(message(appender + "." + i));
                        synchronized (all) {
                            all.add(outcome);
                        }
                    }
                }))
                .toList();
        appenders.forEach(Thread::start);
        for (Thread appender : appenders) {
            appender.join();
        }
        List<Long> acknowledged = new ArrayList<>();
        for (Future<AppendResult> outcome : all) {
            acknowledged.add(
                    ((AppendResult.Stored) await(outcome)).entry().position().seq());
        }
        assertThat(acknowledged)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 256).boxed().toList());
        until(subscriber, 256);
        others.check();
    }

    private RecordingDeliveryLoop.RecordingSubscriber joined() {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, subscriber);
        assertThat(Await.until(() -> !subscriber.attachments().isEmpty())).isTrue();
        return subscriber;
    }

    private static void until(RecordingDeliveryLoop.RecordingSubscriber subscriber, int last) {
        assertThat(Await.until(() -> subscriber.seqs().equals(OrdererTest.upTo(last))))
                .as("saw %s", subscriber.seqs())
                .isTrue();
    }

    private StreamEntry append(String body) throws Exception {
        return ((AppendResult.Stored) await(streams.append(message(body)))).entry();
    }

    private RedisStreamsFixture open(RedisProcess process) throws Exception {
        RedisStreamsFixture opened = RedisStreamsFixture.open(process, () -> 0);
        lives.add(opened);
        return opened;
    }

    private static boolean has(RedisConsole replica, long head) {
        return replica.count("HGET", RedisKeys.of(LOBBY.lane(), "m", LOBBY.value()), "head") == head;
    }

    private static AppendRequest message(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(
                LOBBY, StreamStoreContract.KEPT, 0, bytes, Optional.of(ANN), Optional.empty(), Long.MAX_VALUE);
    }

    private static StreamsConfig config() {
        return config(Map.of("readMs", 5_000L));
    }

    private static StreamsConfig inParts() {
        return config(Map.of("partBytes", 1_024L, "readMs", 5_000L));
    }

    private static StreamsConfig config(Map<String, Object> values) {
        return StreamsConfig.read(Section.root(values, new ConfigReading(Map.of(), Path.of("."))), 1);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
