package dev.portcullis.admin.users;

import dev.portcullis.auth.account.EmbeddedAccountStore;
import dev.portcullis.rooms.directory.EmbeddedRoomListStore;
import dev.portcullis.rooms.directory.EmbeddedRoomStore;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import dev.portcullis.uploads.ticket.EmbeddedUploadStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedUserDeletionTest extends UserDeletionContract {
    @TempDir
    Path folder;

    private EmbeddedStore store;
    private int opened;

    @Override
    UserStores open() throws Exception {
        if (opened > 0) {
            store.close();
        }
        Path empty = folder.resolve("store-" + opened++);
        store = EmbeddedStore.open(empty, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        EmbeddedStreamStore streams = await(EmbeddedStreamStore.open(store, System::currentTimeMillis));
        return new UserStores(
                new EmbeddedAccountStore(store),
                new EmbeddedRoomStore(store, System::currentTimeMillis),
                new EmbeddedRoomListStore(store, System::currentTimeMillis),
                streams,
                streams.inboxes(),
                streams.erasures(),
                new EmbeddedUploadStore(store));
    }

    @AfterEach
    void close() {
        store.close();
    }
}
