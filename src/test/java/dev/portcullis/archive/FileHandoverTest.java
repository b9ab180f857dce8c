package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.TransientRowStore;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.RemovedFiles;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FileHandoverTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName HALL = StreamName.room(new RoomId("hall"));

    private final FailingArchive archive = new FailingArchive();
    private final Failing rows = new Failing(new TransientRowStore(() -> 1, Map.of()));
    private final FileHandover handover = new FileHandover(archive, rows);

    @Test
    void files_go_to_the_lanes_of_their_streams_and_the_archive_forgets_them() {
        remove(LOBBY, 2);
        remove(HALL, 1);
        assertThat(done(handover.run())).isFalse();
        assertThat(files(LOBBY)).hasSize(2).allMatch(file -> file.stream().equals(LOBBY));
        assertThat(files(HALL)).hasSize(1);
        assertThat(done(archive.removedFiles(10))).isEmpty();
        assertThat(done(handover.run())).isFalse();
    }

    @Test
    void many_files_go_in_parts() {
        remove(LOBBY, FileHandover.FILES_AT_ONCE + 1);
        assertThat(done(handover.run())).isTrue();
        assertThat(done(handover.run())).isFalse();
        assertThat(files(LOBBY)).hasSize(FileHandover.FILES_AT_ONCE + 1);
    }

    /** As after a kill between the two steps. */
    @Test
    void what_the_archive_does_not_forget_is_handed_over_again() {
        remove(LOBBY, 1);
        rows.afterWrite = () -> archive.fails = true;
        assertThat(handover.run().failed()).isTrue();
        assertThat(files(LOBBY)).hasSize(1);
        archive.fails = false;
        rows.afterWrite = () -> {};
        assertThat(done(archive.removedFiles(10))).hasSize(1);
        done(handover.run());
        assertThat(files(LOBBY)).hasSize(1);
        assertThat(done(archive.removedFiles(10))).isEmpty();
    }

    @Test
    void store_that_is_away_leaves_the_files_to_the_archive() {
        remove(LOBBY, 1);
        rows.fails = true;
        assertThat(handover.run().failed()).isTrue();
        rows.fails = false;
        assertThat(done(archive.removedFiles(10))).hasSize(1);
        done(handover.run());
        assertThat(files(LOBBY)).hasSize(1);
    }

    /** Adds messages of which each names a file, and one more, and keeps only that. */
    private void remove(StreamName stream, int messages) {
        ArchiveSample sample = new ArchiveSample(stream, "e1");
        done(archive.add(List.of(sample.part(
                ArchiveStore.NOTHING,
                IntStream.rangeClosed(1, messages + 1)
                        .mapToObj(seq -> sample.message(
                                seq,
                                "m" + seq,
                                "{\"type\":\"file\",\"url\":\"https://h/api/files/" + String.format("%032x", seq)
                                        + "\",\"name\":\"a\"}"))
                        .toArray(EntryRow[]::new)))));
        done(archive.retain(
                stream, new StreamRetention(OwnRetention.NONE, new Retention(1, Retention.FOREVER)), 0, 1_000_000));
    }

    private List<RemovedFile> files(StreamName stream) {
        RowRange all = RemovedFiles.first(1_000);
        return done(rows.read(stream.lane(), ReadSet.of(all))).get(all).stream()
                .map(row -> RemovedFiles.of(row.key()))
                .toList();
    }

    private static final class Failing implements RowStore {
        private final RowStore rows;
        boolean fails;
        Runnable afterWrite = () -> {};

        Failing(RowStore rows) {
            this.rows = rows;
        }

        @Override
        public Future<Rows> read(int lane, ReadSet reads) {
            return rows.read(lane, reads);
        }

        @Override
        public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
            return fails
                    ? Future.failedFuture(new StoreFailure("away"))
                    : rows.change(lane, reads, step).onSuccess(any -> afterWrite.run());
        }
    }
}
