package dev.portcullis.streams.embedded;

import dev.portcullis.streams.InboxStoreContract;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.record.RowKeys;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedInboxStoreTest extends InboxStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStreamsFixture fixture;

    @Override
    protected Opened open() throws Exception {
        fixture = EmbeddedStreamsFixture.open(folder, clock);
        return new Opened(fixture.streams(), fixture.streams().inboxes(), fixture);
    }

    @Override
    protected long backlogs() throws Exception {
        AtomicLong rows = new AtomicLong();
        StreamStoreContract.await(fixture.store().read(reader -> {
            reader.scan(fixture.store().table("streams.backlogs"), new byte[0], RowKeys.last(), (key, value) -> {
                rows.incrementAndGet();
                return true;
            });
            return rows;
        }));
        return rows.get();
    }
}
