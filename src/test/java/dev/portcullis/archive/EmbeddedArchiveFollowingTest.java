package dev.portcullis.archive;

import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedArchiveFollowingTest extends ArchiveFollowingContract {
    @TempDir
    Path folder;

    @Override
    Opened open(ArchivedHeads heads) throws Exception {
        EmbeddedStreamsFixture fixture = EmbeddedStreamsFixture.open(folder, clock);
        return new Opened(fixture.streams(), fixture.streams().unarchived(), fixture.rows(), fixture);
    }
}
