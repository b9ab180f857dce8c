package dev.portcullis.streams.embedded;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.InboxFixture;
import dev.portcullis.streams.StreamStoreContract;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Embedded streams in a folder, until closed.
 *
 * @param backgroundReads how often the store was read in the background
 */
public record EmbeddedStreamsFixture(
        EmbeddedStore store, EmbeddedStreamStore streams, RowStore rows, AtomicLong backgroundReads)
        implements StreamStoreContract.Fixture {
    static final StoreConfig CONFIG = new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), true, 20_000);

    public static EmbeddedStreamsFixture open(Path folder, LongSupplier clock) throws Exception {
        StoreConfig config =
                new StoreConfig(CONFIG.kind(), Optional.of(folder.toString()), CONFIG.fsync(), CONFIG.waiting());
        AtomicLong backgroundReads = new AtomicLong();
        EmbeddedStore store = EmbeddedStore.open(config, (operation, nanos) -> {
            if (operation == Operation.BACKGROUND) {
                backgroundReads.incrementAndGet();
            }
        });
        return new EmbeddedStreamsFixture(
                store,
                EmbeddedStreamStore.open(store, clock).await(30, TimeUnit.SECONDS),
                new EmbeddedRowStore(store, clock),
                backgroundReads);
    }

    InboxFixture.Opened inboxes() {
        return new InboxFixture.Opened(streams, streams.inboxes(), new BlockListStore(rows), this);
    }

    @Override
    public void close() {
        store.close();
    }
}
