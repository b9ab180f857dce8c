package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.streams.StreamName;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisMembershipStoreTest extends MembershipStoreContract {
    private static final String KEY = RedisKeys.of(StreamName.room(ROOM).lane(), "r", "room");

    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private MembershipStore store;

    @BeforeEach
    void open() throws Exception {
        store = new RedisMembershipStore(REDIS.open());
    }

    @Override
    MembershipStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\1", "\1king", "\1admin", "\2owner", "owner"})
    void unreadable_row_fails_the_read(String row) throws Exception {
        put(ROOM, ANN, RoomRole.OWNER);
        REDIS.ask("HSET", KEY, "ann", row);

        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void change_on_one_node_is_seen_on_another_at_once() throws Exception {
        put(ROOM, ANN, RoomRole.OWNER);

        MembershipStore there = new RedisMembershipStore(REDIS.open());
        assertThat(there.find(ROOM, ANN).await(30, TimeUnit.SECONDS)).contains(new Membership(RoomRole.OWNER));
        there.remove(ROOM, ANN).await(30, TimeUnit.SECONDS);
        assertThat(find(ROOM, ANN)).isEmpty();
    }

    @Test
    void room_without_members_has_no_key() throws Exception {
        put(ROOM, ANN, RoomRole.OWNER);
        assertThat(REDIS.ask("EXISTS", KEY)).isEqualTo("1");

        remove(ROOM, ANN);

        assertThat(REDIS.ask("EXISTS", KEY)).isEqualTo("0");
    }
}
