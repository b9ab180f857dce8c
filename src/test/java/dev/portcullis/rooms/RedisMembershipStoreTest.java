package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisMembershipStoreTest extends MembershipStoreContract {
    private static final String KEY = RedisKeys.of(StreamName.room(ROOM).lane(), "r", "room");

    private static RedisProcess redis;
    private static RedisConsole console;
    private static Vertx vertx;

    private RedisStore engine;
    private MembershipStore store;

    @BeforeAll
    static void start() {
        redis = RedisProcess.start();
        console = new RedisConsole(redis);
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
        redis.close();
    }

    @BeforeEach
    void open() throws Exception {
        console.ask("FLUSHALL");
        connect();
    }

    @AfterEach
    void close() throws Exception {
        engine.close().await(30, TimeUnit.SECONDS);
    }

    @Override
    MembershipStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        connect();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\1", "\1king", "\1admin", "\2owner", "owner"})
    void unreadable_row_fails_the_read(String row) throws Exception {
        put(ROOM, ANN, RoomRole.OWNER);
        console.ask("HSET", KEY, "ann", row);

        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void change_on_one_node_is_seen_on_another_at_once() throws Exception {
        RedisStore other =
                RedisStore.open(vertx, config(), (operation, nanos) -> {}).await(30, TimeUnit.SECONDS);
        put(ROOM, ANN, RoomRole.OWNER);

        MembershipStore there = new RedisMembershipStore(other);
        assertThat(there.find(ROOM, ANN).await(30, TimeUnit.SECONDS)).contains(new Membership(RoomRole.OWNER));
        there.remove(ROOM, ANN).await(30, TimeUnit.SECONDS);
        assertThat(find(ROOM, ANN)).isEmpty();
        other.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void room_without_members_has_no_key() throws Exception {
        put(ROOM, ANN, RoomRole.OWNER);
        assertThat(console.ask("EXISTS", KEY)).isEqualTo("1");

        remove(ROOM, ANN);

        assertThat(console.ask("EXISTS", KEY)).isEqualTo("0");
    }

    private void connect() throws Exception {
        engine = RedisStore.open(vertx, config(), (operation, nanos) -> {}).await(30, TimeUnit.SECONDS);
        store = new RedisMembershipStore(engine);
    }

    private static RedisConfig config() {
        return new RedisConfig(redis.uri(), 30_000, 2_048);
    }
}
