package dev.portcullis.streams.embedded;

import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.ErasureStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedErasureStoreTest extends ErasureStoreContract {
    @TempDir
    Path folder;

    @Override
    protected Opened open() throws Exception {
        EmbeddedStreamsFixture opened = EmbeddedStreamsFixture.open(folder, clock);
        return new Opened(
                opened.streams(),
                opened.streams().inboxes(),
                new BlockListStore(opened.rows()),
                opened.streams().erasures(),
                opened);
    }
}
