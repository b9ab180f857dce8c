package dev.portcullis.broadcast.expiry;

import dev.portcullis.broadcast.expiry.ExpirySweeperContract.Opened;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRemovedFilesTest extends RemovedFilesContract {
    @TempDir
    Path folder;

    @Override
    Opened open() throws Exception {
        EmbeddedStreamsFixture fixture = EmbeddedStreamsFixture.open(folder, clock);
        return new Opened(fixture.streams(), fixture.rows(), fixture);
    }
}
