package dev.portcullis.rooms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedMembershipStoreTest extends MembershipStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private MembershipStore store;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new EmbeddedMembershipStore(engine);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    MembershipStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\1", "\1king", "\1admin", "\2owner", "owner"})
    void unreadable_row_fails_the_read(String row) throws Exception {
        Table members = engine.table("rooms.members");
        engine.write(batch -> {
                    batch.put(members, "room\0ann".getBytes(US_ASCII), row.getBytes(US_ASCII));
                    return row;
                })
                .await(30, TimeUnit.SECONDS);

        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void closed_store_fails_each_call() {
        engine.close();

        assertThatThrownBy(() -> put(ROOM, ANN, RoomRole.OWNER)).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }
}
