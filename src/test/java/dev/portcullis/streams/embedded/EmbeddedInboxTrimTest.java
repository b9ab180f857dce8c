package dev.portcullis.streams.embedded;

import dev.portcullis.streams.InboxTrimContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedInboxTrimTest extends InboxTrimContract {
    @TempDir
    Path folder;

    @Override
    protected Opened open() throws Exception {
        EmbeddedStreamsFixture opened = EmbeddedStreamsFixture.open(folder, clock);
        return opened.inboxes();
    }
}
