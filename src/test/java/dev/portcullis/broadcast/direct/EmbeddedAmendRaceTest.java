package dev.portcullis.broadcast.direct;

import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedAmendRaceTest extends AmendRaceContract {
    @TempDir
    Path folder;

    private final List<EmbeddedStreamsFixture> opened = new ArrayList<>();

    @Override
    DirectStage.Stores stores() throws Exception {
        EmbeddedStreamsFixture fixture = EmbeddedStreamsFixture.open(folder, System::currentTimeMillis);
        opened.add(fixture);
        return new DirectStage.Stores(
                fixture.streams(), fixture.streams().inboxes(), new BlockListStore(fixture.rows()));
    }

    @AfterEach
    void closeStore() {
        opened.forEach(EmbeddedStreamsFixture::close);
    }
}
