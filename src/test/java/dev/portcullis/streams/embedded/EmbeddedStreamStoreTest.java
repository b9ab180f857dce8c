package dev.portcullis.streams.embedded;

import dev.portcullis.streams.StreamStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStreamStoreTest extends StreamStoreContract {
    @TempDir
    Path folder;

    @Override
    public Fixture open() throws Exception {
        return EmbeddedStreamsFixture.open(folder, clock);
    }
}
