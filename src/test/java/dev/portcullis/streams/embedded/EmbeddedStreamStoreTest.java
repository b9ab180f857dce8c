package dev.portcullis.streams.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.record.RowKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStreamStoreTest extends StreamStoreContract {
    @TempDir
    Path folder;

    @TempDir
    Path another;

    @Override
    public Fixture open() throws Exception {
        return EmbeddedStreamsFixture.open(folder, clock);
    }

    /** A row below the first one that is kept would never be deleted. */
    @Test
    void amendment_that_trims_its_message_leaves_no_row_of_it() throws Exception {
        try (EmbeddedStreamsFixture embedded = EmbeddedStreamsFixture.open(another, clock)) {
            AppendRequest append = new AppendRequest(
                            LOBBY,
                            new Retention(1, 60_000),
                            0,
                            new byte[] {'x'},
                            Optional.empty(),
                            Optional.empty(),
                            Long.MAX_VALUE)
                    .carrying(new Message("m1", ANN));
            await(embedded.streams().append(append));
            await(embedded.streams()
                    .amend(new AmendRequest(append, "m1", ANN, false, Change.EDIT, Long.MIN_VALUE, 300)));
            StreamTables tables = new StreamTables(embedded.store());
            List<Long> seqs = await(embedded.store().read(reader -> {
                List<Long> all = new ArrayList<>();
                reader.scan(tables.entries, new byte[0], RowKeys.last(), (key, value) -> all.add(RowKeys.seqOf(key)));
                return all;
            }));
            assertThat(seqs).containsExactly(2L);
        }
    }
}
