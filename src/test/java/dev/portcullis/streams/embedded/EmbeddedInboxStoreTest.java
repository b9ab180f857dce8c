package dev.portcullis.streams.embedded;

import dev.portcullis.streams.InboxStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedInboxStoreTest extends InboxStoreContract {
    @TempDir
    Path folder;

    @Override
    protected Opened open() throws Exception {
        EmbeddedStreamsFixture opened = EmbeddedStreamsFixture.open(folder, clock);
        return opened.inboxes();
    }
}
