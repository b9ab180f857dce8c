package dev.portcullis.rooms.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.RoomRole;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomStore.Terms;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedRoomStoreTest extends RoomStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private RoomStore store;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedRoomStore(engine, clock::get);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    RoomStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0 ", "0 \1", "0 \1king", "0 \1admin", "0 \2owner", "0 owner", "owner"})
    void unreadable_member_fails_the_read(String row) throws Exception {
        write("rooms.members", "room\0ann", row);

        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2 0 0 0 0 0 ", "1 0 0 0 0 x ", "1 0 0 1 1 0 1 open ann 7 Name", "1 0 0 0 0"})
    void unreadable_room_fails_the_read(String row) throws Exception {
        write("rooms.records", "room", row);

        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void id_of_a_deleted_room_is_free_in_the_end_and_nothing_of_it_returns() throws Exception {
        Room room = new Room(ROOM, "Name", Visibility.PUBLIC, ANN, 7);
        store.create(room, Long.MAX_VALUE).await(30, TimeUnit.SECONDS);
        put(ROOM, BEN, RoomRole.MODERATOR);
        store.delete(ROOM, ANN, Terms.NONE).await(30, TimeUnit.SECONDS);
        write("rooms.members", "room\0eve", "1 \1owner"); // of the life before, as if it came during the deletion

        clock.addAndGet(RoomStore.DELETED_MS - 1);
        assertThat(store.create(room, Long.MAX_VALUE).await(30, TimeUnit.SECONDS))
                .isEqualTo(RoomChange.TAKEN);
        clock.incrementAndGet();
        assertThat(store.create(room, Long.MAX_VALUE).await(30, TimeUnit.SECONDS))
                .isEqualTo(RoomChange.DONE);
        assertThat(store.members(ROOM, Optional.empty(), 10).await(30, TimeUnit.SECONDS))
                .extracting(RoomStore.Member::user)
                .containsExactly(ANN);
    }

    @Test
    void closed_store_fails_each_call() {
        engine.close();

        assertThatThrownBy(() -> put(ROOM, ANN, RoomRole.OWNER)).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }

    private void write(String table, String key, String row) throws Exception {
        engine.write(batch -> {
                    batch.put(engine.table(table), key.getBytes(US_ASCII), row.getBytes(US_ASCII));
                    return row;
                })
                .await(30, TimeUnit.SECONDS);
    }
}
