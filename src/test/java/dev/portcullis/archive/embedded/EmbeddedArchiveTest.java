package dev.portcullis.archive.embedded;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.ArchiveContract;
import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedArchiveTest extends ArchiveContract {
    static final StoreConfig CONFIG = new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 20_000);

    @TempDir
    Path folder;

    @Override
    protected Opened open() throws Exception {
        EmbeddedStore store = EmbeddedStore.open(folder, CONFIG);
        return new Opened(new EmbeddedArchive(store, Long.MAX_VALUE), () -> {
            ArchiveTablesCheck.check(store);
            store.close();
        });
    }

    @Test
    void many_superseded_entries_are_removed_in_steps_and_leave_nothing() {
        StreamName stream = StreamName.room(new RoomId("large"));
        List<EntryRow> rows = new ArrayList<>();
        for (long seq = 1; seq <= 20_000; seq++) {
            rows.add(row(stream, new Position("e1", seq)));
        }
        assertThat(done(archive().add(List.of(new ArchivePart(stream, ArchiveStore.NOTHING, 0, rows)))))
                .isEmpty();
        EntryRow other = row(stream, new Position("e2", 11));
        assertThat(done(archive()
                        .add(List.of(new ArchivePart(stream, new Position("e1", 20_000), 10, List.of(other))))))
                .isEmpty();
        assertThat(done(archive().after(stream, 0, PLENTY)).entries()).hasSize(11);
        assertThat(done(((EmbeddedArchive) archive()).entries())).isEqualTo(11);
    }

    private static EntryRow row(StreamName stream, Position at) {
        return new EntryRow(
                at.seq(), new StreamEntry(stream, at, 0, new byte[10]), EntryState.PLAIN, 0, Optional.empty());
    }
}
