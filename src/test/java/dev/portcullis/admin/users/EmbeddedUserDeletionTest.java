package dev.portcullis.admin.users;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedUserDeletionTest extends UserDeletionContract {
    @TempDir
    Path folder;

    private @Nullable EmbeddedStore store;
    private int opened;

    @Override
    UserStores open() throws Exception {
        close();
        EmbeddedStore empty = EmbeddedStore.open(
                folder.resolve("store-" + opened++),
                new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = empty;
        EmbeddedStreamStore streams = await(EmbeddedStreamStore.open(empty, System::currentTimeMillis));
        return new UserStores(new EmbeddedRowStore(empty, System::currentTimeMillis), streams, streams.erasures());
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }
}
