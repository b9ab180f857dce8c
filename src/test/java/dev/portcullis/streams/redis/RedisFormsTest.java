package dev.portcullis.streams.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A newer release on the same Redis, which writes records in another form. */
class RedisFormsTest {
    private static final StreamName LOBBY = StreamStoreContract.LOBBY;

    @AutoClose
    private final RedisProcess redis = RedisProcess.start();

    private final RedisConsole console = new RedisConsole(redis);
    private RedisStreamsFixture life;

    @BeforeEach
    void open() throws Exception {
        life = RedisStreamsFixture.open(redis, () -> 0);
        await(append());
    }

    @AfterEach
    void close() {
        life.close();
    }

    @Test
    void stream_record_of_another_form_is_refused_and_not_changed() throws Exception {
        String key = RedisKeys.of(LOBBY.lane(), "m", LOBBY.value());
        console.ask("HSET", key, "v", "2");
        refused(this::append);
        refused(this::read);
        refused(this::access);
        assertThat(console.ask("HGET", key, "head")).isEqualTo("1");
        console.ask("HSET", key, "v", "1");
        await(append());
    }

    @Test
    void lane_record_of_another_form_is_refused_and_not_changed() throws Exception {
        String key = RedisKeys.of(LOBBY.lane(), "lane");
        console.ask("HSET", key, "v", "2", "id", "another");
        refused(this::append);
        refused(this::read);
        refused(this::access);
        refused(this::tick);
        assertThat(console.ask("HGET", key, "id")).isEqualTo("another");
        console.ask("HSET", key, "v", "1");
        await(append());
    }

    private Future<?> append() {
        return life.streams()
                .append(new AppendRequest(
                        LOBBY,
                        StreamStoreContract.KEPT,
                        0,
                        "\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8),
                        Optional.empty(),
                        Optional.empty(),
                        Long.MAX_VALUE));
    }

    private Future<?> read() {
        return life.streams().after(LOBBY, 0, StreamStoreContract.PLENTY);
    }

    private Future<?> access() {
        return life.streams().access(LOBBY, StreamStoreContract.ANN);
    }

    private Future<?> tick() {
        return life.lanes().tick(new LeaseHolder("n:1", 0), List.of(LaneCursor.unknown(LOBBY.lane())));
    }

    private static void refused(Supplier<Future<?>> call) {
        assertThatThrownBy(() -> await(call.get())).isInstanceOf(StoreFailure.class);
    }

    private static void await(Future<?> future) throws Exception {
        future.await(30, TimeUnit.SECONDS);
    }
}
