package dev.portcullis.archive.embedded;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.record.EntryRow;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cost of a sweep follows what it removes, not what the archive has. */
class RetentionStepsTest {
    private static final StreamRetention DAY =
            new StreamRetention(OwnRetention.NONE, new Retention(Retention.FOREVER, TimeUnit.DAYS.toMillis(1)));
    private static final int ROOMS = 400;

    @TempDir
    Path folder;

    private final AtomicLong backgroundReads = new AtomicLong();
    private EmbeddedStore store;
    private EmbeddedArchive archive;

    @BeforeEach
    void open() throws Exception {
        StoreConfig config = new StoreConfig(
                StoreConfig.Kind.EMBEDDED, Optional.of(folder.toString()), false, EmbeddedArchiveTest.CONFIG.waiting());
        store = EmbeddedStore.open(
                config, (operation, nanos) -> backgroundReads.addAndGet(operation == Operation.BACKGROUND ? 1 : 0));
        archive = new EmbeddedArchive(store, Long.MAX_VALUE);
        for (int room = 0; room < ROOMS; room++) {
            StreamName stream = room(room);
            long stored = TimeUnit.HOURS.toMillis(room);
            List<EntryRow> rows = LongStream.rangeClosed(1, 10)
                    .mapToObj(seq -> row(stream, seq, stored))
                    .toList();
            assertThat(done(archive.add(List.of(new ArchivePart(stream, ArchiveStore.NOTHING, 0, rows, DAY)))))
                    .isEmpty();
        }
        backgroundReads.set(0);
    }

    @AfterEach
    void check_and_close() {
        ArchiveTablesCheck.check(store);
        store.close();
    }

    @Test
    void sweep_that_finds_nothing_due_reads_once() {
        assertThat(done(archive.expire(1))).isZero();
        assertThat(backgroundReads.get()).isEqualTo(1);
    }

    @Test
    void sweep_reads_once_for_each_stream_of_which_it_removes_something() {
        long now = TimeUnit.DAYS.toMillis(1) + TimeUnit.HOURS.toMillis(2) + 1;
        assertThat(done(archive.expire(now))).isEqualTo(30);
        assertThat(backgroundReads.get()).isEqualTo(4);
        assertThat(done(archive.entries())).isEqualTo(10 * (ROOMS - 3));
    }

    private static StreamName room(int room) {
        return StreamName.room(new RoomId("room" + room));
    }

    private static EntryRow row(StreamName stream, long seq, long stored) {
        return new EntryRow(
                stored,
                new StreamEntry(stream, new Position("e1", seq), 0, new byte[10]),
                EntryState.PLAIN,
                0,
                Optional.empty());
    }
}
