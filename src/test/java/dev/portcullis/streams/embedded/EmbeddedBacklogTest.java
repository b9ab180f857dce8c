package dev.portcullis.streams.embedded;

import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.BacklogContract;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.record.RowKeys;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBacklogTest extends BacklogContract {
    @TempDir
    Path folder;

    private @Nullable EmbeddedStreamsFixture fixture;

    @Override
    protected Opened open() throws Exception {
        EmbeddedStreamsFixture opened = EmbeddedStreamsFixture.open(folder, clock);
        fixture = opened;
        return opened.inboxes();
    }

    @Override
    protected long backlogs() throws Exception {
        AtomicLong rows = new AtomicLong();
        EmbeddedStore store = Objects.requireNonNull(fixture).store();
        StreamStoreContract.await(store.read(reader -> {
            reader.scan(store.table("streams.backlogs"), new byte[0], RowKeys.last(), (key, value) -> {
                rows.incrementAndGet();
                return true;
            });
            return rows;
        }));
        return rows.get();
    }
}
