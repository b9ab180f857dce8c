package dev.portcullis.streams.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.StreamWindow;
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

    /** A node tries again each second while its port is in use. */
    @Test
    void openings_without_an_append_use_up_no_epoch() throws Exception {
        Position left = position(1);
        for (int failed = 0; failed < 10; failed++) {
            try (EmbeddedStreamsFixture embedded = EmbeddedStreamsFixture.open(another, clock)) {
                assertThat(await(embedded.streams().head(LOBBY))).isEqualTo(left);
            }
        }
        Position next = position(2);
        assertThat(next.epoch()).isNotEqualTo(left.epoch());
        try (EmbeddedStreamsFixture embedded = EmbeddedStreamsFixture.open(another, clock)) {
            assertThat(await(embedded.streams().head(LOBBY))).isEqualTo(next);
            Slice slice = await(embedded.streams().resume(LOBBY, Optional.of(left), PLENTY));
            assertThat(slice.exact()).isTrue();
            assertThat(slice.entries()).hasSize(1);
        }
    }

    /** Appends an entry in an opening of its own. */
    private Position position(long seq) throws Exception {
        try (EmbeddedStreamsFixture embedded = EmbeddedStreamsFixture.open(another, clock)) {
            AppendResult.Stored stored = (AppendResult.Stored) await(embedded.streams()
                    .append(new AppendRequest(
                            LOBBY,
                            new StreamWindow(10, 60_000),
                            0,
                            new byte[] {'x'},
                            Optional.empty(),
                            Optional.empty(),
                            Long.MAX_VALUE)));
            assertThat(stored.entry().position().seq()).isEqualTo(seq);
            return stored.entry().position();
        }
    }

    /** A row below the first one that is kept would never be deleted. */
    @Test
    void amendment_that_trims_its_message_leaves_no_row_of_it() throws Exception {
        try (EmbeddedStreamsFixture embedded = EmbeddedStreamsFixture.open(another, clock)) {
            AppendRequest append = new AppendRequest(
                            LOBBY,
                            new StreamWindow(1, 60_000),
                            0,
                            new byte[] {'x'},
                            Optional.empty(),
                            Optional.empty(),
                            Long.MAX_VALUE)
                    .carrying(new Message("m1", ANN));
            await(embedded.streams().append(append));
            await(embedded.streams()
                    .amend(new AmendRequest(
                            append, "m1", ANN, false, Change.EDIT, Long.MIN_VALUE, 300, Integer.MAX_VALUE)));
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
