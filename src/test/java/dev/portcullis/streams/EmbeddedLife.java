package dev.portcullis.streams;

import dev.portcullis.store.EmbeddedStore;
import dev.portcullis.store.StoreConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Embedded streams in a folder, until closed. */
record EmbeddedLife(EmbeddedStore store, EmbeddedStreamStore streams) implements StreamStoreContract.Life {
    static final StoreConfig CONFIG = new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), true, 20_000);

    static EmbeddedLife open(Path folder, LongSupplier clock) throws Exception {
        EmbeddedStore store = EmbeddedStore.open(folder, CONFIG);
        return new EmbeddedLife(store, EmbeddedStreamStore.open(store, clock).await(10, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        store.close();
    }
}
