package dev.portcullis.streams.embedded;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.unarchived.ArchiveSourceContract;
import dev.portcullis.streams.unarchived.ArchivedHeads;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedArchiveSourceTest extends ArchiveSourceContract {
    @TempDir
    Path folder;

    @Override
    protected Opened open(ArchivedHeads heads) throws Exception {
        EmbeddedStreamsFixture fixture = EmbeddedStreamsFixture.open(folder, clock);
        return new Opened(fixture.streams(), fixture.streams().unarchived(), fixture.rows(), fixture);
    }

    @Override
    protected void sweep() throws Exception {
        await(((EmbeddedStreamStore) streams()).sweep());
    }

    @Test
    void stream_that_the_archive_has_goes_on_however_long_it_was_silent() throws Exception {
        append(LOBBY, 3);
        confirm(unarchived(LOBBY));
        clock.pass(TimeUnit.DAYS.toMillis(400));
        sweep();
        sweep();
        reopen(any -> Future.succeededFuture(ArchivedHeads.NOTHING));
        Position next = append(LOBBY, 1);
        assertThat(next.seq()).isEqualTo(4);
    }
}
