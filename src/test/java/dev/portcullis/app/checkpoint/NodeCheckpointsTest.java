package dev.portcullis.app.checkpoint;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.NodeControl.Checkpoints.Checkpoint;
import dev.portcullis.app.checkpoint.BackupStore.LastBackup;
import dev.portcullis.app.checkpoint.BackupStore.Restored;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.Result;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.uploads.disk.DiskFolder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class NodeCheckpointsTest {
    private static final long FOREVER = 600_000;

    @TempDir
    Path folder;

    private final RecordedEvents events = new RecordedEvents();
    private final MetricsRegistry metrics = new MetricsRegistry();
    private Vertx vertx;
    private EmbeddedStore store;
    private DiskFolder files;
    private CheckpointFolders folders;
    private BackupStore backups;
    private NodeCheckpoints checkpoints;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        folders = new CheckpointFolders(folder.resolve("store"), Optional.of(folder.resolve("files")));
        store = EmbeddedStore.open(
                folders.store(),
                new StoreConfig(
                        StoreConfig.Kind.EMBEDDED, Optional.of(folders.store().toString()), true, 100));
        files = DiskFolder.open(folders.files().orElseThrow());
        backups = new BackupStore(new EmbeddedRowStore(store, System::currentTimeMillis));
        checkpoints = checkpoints(FOREVER);
    }

    @AfterEach
    void close() throws Exception {
        checkpoints.close();
        files.close();
        store.close();
        metrics.close();
    }

    @Test
    void there_is_one_checkpoint_at_most() {
        Checkpoint made = made();
        assertThat(there()).hasSize(2);

        assertThat(done(checkpoints.make())).isEqualTo(Result.refused(HttpRefusal.CONFLICT));

        assertThat(done(checkpoints.end(made.id(), false))).isTrue();
        assertThat(done(checkpoints.end(made.id(), false))).isFalse();
        assertThat(made().id()).isNotEqualTo(made.id());
    }

    @Test
    void checkpoint_that_was_copied_counts_as_a_backup_and_another_does_not() {
        done(checkpoints.end(made().id(), false));
        assertThat(done(backups.last())).isEmpty();

        done(checkpoints.end(made().id(), true));

        assertThat(done(backups.last()).map(LastBackup::at).orElse(0L)).isPositive();
        assertThat(done(backups.last())).contains(checkpoints.last());
        assertThat(Await.until(() -> there().isEmpty())).isTrue();
    }

    @Test
    void checkpoint_that_its_program_does_not_keep_is_removed() {
        checkpoints.close();
        checkpoints = checkpoints(100);
        Checkpoint made = made();

        assertThat(Await.until(() -> there().isEmpty())).isTrue();

        assertThat(checkpoints.keep(made.id())).isFalse();
        assertThat(done(checkpoints.make()).isDone()).isTrue();
    }

    @Test
    void checkpoint_is_kept_by_its_id_alone() {
        Checkpoint made = made();
        assertThat(checkpoints.keep(made.id())).isTrue();
        assertThat(checkpoints.keep("0".repeat(32))).isFalse();
        assertThat(done(checkpoints.end("0".repeat(32), true))).isFalse();
        assertThat(there()).hasSize(2);
    }

    @Test
    void start_removes_what_a_former_process_left_and_tells_of_a_restore() throws Exception {
        made();
        Files.createDirectories(folders.storeOf("begun.tmp"));
        done(backups.restored(new Restored(1_700_000_000_000L, 1_700_000_100_000L)));
        checkpoints.close();
        checkpoints = checkpoints(FOREVER);

        done(checkpoints.open());

        assertThat(Await.until(() -> there().isEmpty())).isTrue();
        assertThat(events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", "store.restored")
                        .containsEntry("detail", "back to 2023-11-14T22:13:20Z"));
    }

    @Test
    void checkpoint_that_fails_leaves_nothing_and_the_next_one_can_be_made() throws Exception {
        Files.writeString(folders.store().resolve("checkpoints"), "no folder");
        assertThat(checkpoints
                        .make()
                        .transform(any -> Future.succeededFuture(any.failed()))
                        .await())
                .isTrue();
        Files.delete(folders.store().resolve("checkpoints"));

        assertThat(made().files()).isZero();
    }

    private NodeCheckpoints checkpoints(long keptMs) {
        return new NodeCheckpoints(
                vertx,
                new CheckpointMaker(store, () -> Optional.of(files), folders),
                backups,
                new Audit(new AuditConfig(10_000, 16), System::currentTimeMillis, events),
                new Metrics(metrics.registry()),
                keptMs);
    }

    private Checkpoint made() {
        return done(checkpoints.make()).fold(made -> made, why -> {
            throw new AssertionError(why.toString());
        });
    }

    /** The checkpoints of the store and of the files. */
    private List<Path> there() {
        return Stream.of(folders.store(), folders.files().orElseThrow())
                .map(each -> each.resolve("checkpoints"))
                .filter(Files::isDirectory)
                .flatMap(NodeCheckpointsTest::list)
                .toList();
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList().stream();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
