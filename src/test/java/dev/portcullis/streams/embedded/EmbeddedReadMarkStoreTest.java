package dev.portcullis.streams.embedded;

import static dev.portcullis.streams.StreamStoreContract.ANN;
import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.ReadMarkStoreContract;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedReadMarkStoreTest extends ReadMarkStoreContract {
    @TempDir
    Path folder;

    @Override
    protected Opened open() throws Exception {
        EmbeddedStreamsFixture fixture = EmbeddedStreamsFixture.open(folder, clock);
        return new Opened(fixture.streams(), fixture.rows(), fixture);
    }

    @Test
    void marks_are_there_after_a_restart() throws Exception {
        append(2);
        mark(ANN, 2);
        opened.closing().close();
        opened = open();
        assertThat(readSeq(ANN)).isEqualTo(2);
        append(1);
        assertThat(readSeq(ANN)).isEqualTo(2);
    }

    @Test
    void marks_go_with_their_room() throws Exception {
        append(1);
        mark(ANN, 1);
        EmbeddedStreamStore streams = (EmbeddedStreamStore) opened.streams();
        for (int i = 0; i < 3; i++) { // the entry, the record, and what lay beside it
            clock.pass(TimeUnit.DAYS.toMillis(100));
            await(streams.sweep());
        }
        assertThat(await(streams.head(LOBBY)).seq()).isZero();
        append(1);
        assertThat(readSeq(ANN)).isZero();
        await(((EmbeddedRowStore) opened.rows()).sweep());
        clock.pass(-TimeUnit.DAYS.toMillis(300));
        assertThat(readSeq(ANN)).as("nothing is left that could count again").isZero();
    }
}
