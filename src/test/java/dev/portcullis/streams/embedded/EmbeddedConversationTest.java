package dev.portcullis.streams.embedded;

import dev.portcullis.streams.ConversationContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedConversationTest extends ConversationContract {
    @TempDir
    Path folder;

    @Override
    protected Opened open() throws Exception {
        EmbeddedStreamsFixture opened = EmbeddedStreamsFixture.open(folder, clock);
        return opened.inboxes();
    }
}
