package dev.portcullis.rooms.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.RoomRole;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomStore.Terms;
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

class RedisRoomStoreTest extends RoomStoreContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RoomStore store;

    @BeforeEach
    void open() throws Exception {
        store = new RedisRoomStore(REDIS.open(), clock::get);
    }

    @Override
    RoomStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\1", "\1king", "\1admin", "\2owner", "owner"})
    void unreadable_member_fails_the_read(String row) throws Exception {
        REDIS.ask("HSET", key("r"), "ann", row);

        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "2 public ann 7 Name", "1 open ann 7 Name", "1 public ann x Name", "1 public ann 7 "})
    void unreadable_room_fails_the_read(String row) throws Exception {
        REDIS.ask("HSET", key("ro"), "row", row);

        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void change_on_one_node_is_seen_on_another_at_once() throws Exception {
        put(ROOM, ANN, RoomRole.OWNER);

        RoomStore there = new RedisRoomStore(REDIS.open(), clock::get);
        assertThat(there.find(ROOM, ANN).await(30, TimeUnit.SECONDS).membership())
                .contains(Membership.taken(RoomRole.OWNER, 0));
        there.removeMember(ROOM, ANN, Terms.NONE).await(30, TimeUnit.SECONDS);
        assertThat(find(ROOM, ANN)).isEqualTo(RoomFacts.NONE);
    }

    @Test
    void room_without_rows_has_no_key_and_a_deleted_one_is_forgotten_in_the_end() throws Exception {
        put(ROOM, ANN, RoomRole.OWNER);
        store.removeMember(ROOM, ANN, Terms.NONE).await(30, TimeUnit.SECONDS);
        assertThat(REDIS.keys("*}:r*:room")).isEmpty();

        store.create(new Room(ROOM, "Name", Visibility.PUBLIC, ANN, 7), Long.MAX_VALUE)
                .await(30, TimeUnit.SECONDS);
        store.delete(ROOM, ANN, Terms.NONE).await(30, TimeUnit.SECONDS);
        assertThat(REDIS.keys("*}:r*:room")).containsExactly(key("ro"));
        assertThat(Long.parseLong(REDIS.ask("PTTL", key("ro")).trim()))
                .isBetween(RoomStore.DELETED_MS - 600_000, RoomStore.DELETED_MS);
    }

    @Test
    void clock_of_redis_ends_a_mute() throws Exception {
        RoomStore real = new RedisRoomStore(REDIS.open());
        real.mute(ROOM, new RoomStore.Mute(ANN, 3_600_000, 10), Terms.NONE).await(30, TimeUnit.SECONDS);

        assertThat(real.find(ROOM, ANN).await(30, TimeUnit.SECONDS).mutedUntil().orElseThrow())
                .isGreaterThan(System.currentTimeMillis() + 3_000_000);
    }

    private static String key(String kind) {
        return RedisKeys.of(StreamName.room(ROOM).lane(), kind, "room");
    }
}
