package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock of the wall is a day ahead, and set back later; the store counts elapsed time. */
class RetentionSweepTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final StreamWindow WINDOW = new StreamWindow(2, 10 * HOUR, true);

    @TempDir
    Path folder;

    private final SettableClock wall = new SettableClock();
    private final SettableClock ages = new SettableClock();
    private final MemoryArchive archive = new MemoryArchive();
    private EmbeddedStore store;
    private StreamStore streams;
    private ArchiveSource source;
    private RetentionSweep sweep;

    @BeforeEach
    void open() throws Exception {
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        EmbeddedStreamStore own = done(EmbeddedStreamStore.open(store, wall, ages, Optional.empty(), trimmed -> {}));
        source = own.unarchived();
        streams = new ArchivedStreams(own, archive, source, new EmbeddedRowStore(store, wall), 100);
        sweep = new RetentionSweep(archive, source, HoldReader.NONE, () -> RetentionConfig.UNBOUNDED);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void wall_clock_that_is_a_day_ahead_ends_nothing_early_and_nothing_late() {
        say(3);
        wall.pass(24 * HOUR);
        ages.pass(HOUR);
        say(2);
        retain(2 * HOUR);
        assertThat(done(sweep.run())).isZero();
        assertThat(shown()).isEqualTo(5);

        ages.pass(HOUR + 1);
        assertThat(done(sweep.run())).isEqualTo(3);
        assertThat(shown()).isEqualTo(2);

        wall.pass(-48 * HOUR);
        say(1);
        ages.pass(HOUR);
        assertThat(done(sweep.run())).isEqualTo(2);
        assertThat(shown()).isEqualTo(1);
    }

    private void retain(long ageMs) {
        done(streams.retain(LOBBY, new OwnRetention(0, ageMs), WINDOW, Permit.UNCONDITIONAL));
        feed();
    }

    private void say(int count) {
        for (int i = 0; i < count; i++) {
            AppendRequest append = new AppendRequest(
                    LOBBY,
                    WINDOW,
                    0,
                    "\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8),
                    Optional.empty(),
                    Optional.empty(),
                    Long.MAX_VALUE);
            assertThat(done(streams.append(append))).isInstanceOf(AppendResult.Stored.class);
        }
        feed();
    }

    private void feed() {
        UnarchivedPart part = done(source.read(LOBBY, OptionalLong.empty(), ArchiveFixture.PLENTY));
        if (!part.rows().isEmpty()) {
            done(archive.add(List.of(new ArchivePart(
                    LOBBY,
                    part.archived(),
                    part.archived().seq(),
                    part.rows(),
                    WINDOW.retention(part.own()),
                    part.hidden()))));
            done(source.confirm(LOBBY, part.head(), part.bytes(), WINDOW.entries()));
        }
    }

    private int shown() {
        return done(streams.after(LOBBY, 0, ArchiveFixture.PLENTY)).entries().size();
    }
}
