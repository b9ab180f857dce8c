package dev.portcullis.app.backup;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.app.checkpoint.BackupStore;
import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.auth.session.RevocationLimits;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.TokenIdentity;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.ticket.FileId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupRestoreTest {
    private static final Bounds PLENTY = new Bounds(100, 1 << 20);

    @TempDir
    Path folder;

    private BackedUpNode node;
    private Path backup;
    private FileId file;

    @BeforeEach
    void backUp() throws Exception {
        node = BackedUpNode.in(folder.resolve("node"));
        node.append("one");
        file = node.upload();
        backup = folder.resolve("backup");
        node.backUp(backup);
    }

    @Test
    void position_of_the_lost_future_is_not_exact_and_one_of_the_past_is() throws Exception {
        Position past = position(node.append("two"));
        backUpAgain();
        Position lost = position(node.append("lost"));

        restore(true);

        try (EmbeddedStore store = node.open()) {
            EmbeddedStreamStore streams = done(EmbeddedStreamStore.open(store, System::currentTimeMillis));
            Slice future = done(streams.resume(BackedUpNode.ROOM, Optional.of(lost), PLENTY));
            assertThat(future.exact()).isFalse();
            assertThat(future.head().epoch()).isNotIn(past.epoch(), lost.epoch());
            assertThat(future.head().seq()).isEqualTo(2);
            assertThat(done(streams.resume(BackedUpNode.ROOM, Optional.of(past), PLENTY))
                            .exact())
                    .isTrue();
        }
    }

    @Test
    void tokens_and_logins_of_before_are_revoked_and_those_of_after_are_not() throws Exception {
        long before = System.currentTimeMillis();

        restore(true);

        try (EmbeddedStore store = node.open()) {
            RevocationStore revocations = new RevocationStore(
                    new EmbeddedRowStore(store, System::currentTimeMillis),
                    () -> new RevocationLimits(1_000, 1_000, 10, 10));
            for (String user : new String[] {"ann", "ben", "cleo"}) {
                assertThat(done(revocations.isRevoked(token(user, before - 1)))).isTrue();
                assertThat(done(revocations.isRevoked(token(user, System.currentTimeMillis() + 1))))
                        .isFalse();
            }
        }
    }

    @Test
    void files_come_back_and_are_bound_to_their_store() throws Exception {
        BackedUpNode another = BackedUpNode.in(folder.resolve("another"));

        BackupRestore.Done done = BackupRestore.run(backup, another.config(), another.folders(), false);

        assertThat(done.aside()).isEmpty();
        assertThat(DiskFolder.kept(another.folders().files().orElseThrow(), file))
                .hasContent(BackedUpNode.TEXT);
        try (DiskFolder restored = DiskFolder.open(another.folders().files().orElseThrow());
                DiskFolder former = DiskFolder.open(node.folders().files().orElseThrow())) {
            assertThat(restored.id().value()).isEqualTo(former.id().value());
        }
    }

    @Test
    void restore_is_told_to_the_next_start_once() throws Exception {
        restore(true);

        try (EmbeddedStore store = node.open()) {
            BackupStore backups = new BackupStore(new EmbeddedRowStore(store, System::currentTimeMillis));
            assertThat(done(backups.takeRestored())).isPresent();
            assertThat(done(backups.takeRestored())).isEmpty();
        }
    }

    @Test
    void store_with_something_in_it_stays_unless_it_is_to_be_replaced_and_then_lies_aside() throws Exception {
        AppendResult kept = node.append("two");

        assertThatThrownBy(() -> restore(false))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("is not empty; --replace moves it aside");

        BackupRestore.Done done = restore(true);
        assertThat(done.aside()).hasSize(2);
        assertThat(done.aside()).allMatch(Files::isDirectory);
        Path old = done.aside().get(1);
        Files.move(node.folders().store(), folder.resolve("restored"));
        Files.move(old, node.folders().store());
        assertThat(position(node.append("three")).seq())
                .isEqualTo(position(kept).seq() + 1);
    }

    @Test
    void damaged_backup_changes_nothing() throws Exception {
        Path table = backup.resolve("store").resolve("CURRENT");
        Files.writeString(table, "MANIFEST-000000\n");

        assertThatThrownBy(() -> restore(true))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("the file store/CURRENT is damaged; what was there is as it was");

        assertThat(position(node.append("two")).seq()).isEqualTo(2);
        assertThat(folder.resolve("node").resolve("store.restoring")).doesNotExist();
    }

    @Test
    void files_without_a_folder_for_them_are_refused() {
        CheckpointFolders folders = node.folders();
        assertThatThrownBy(() -> BackupRestore.run(
                        backup, node.config(), new CheckpointFolders(folders.store(), Optional.empty()), true))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("set uploads.kind and uploads.folder");
    }

    private void backUpAgain() throws Exception {
        backup = folder.resolve("again");
        node.backUp(backup);
    }

    private BackupRestore.Done restore(boolean replace) throws StartupException {
        return BackupRestore.run(backup, node.config(), node.folders(), replace);
    }

    private static Position position(AppendResult result) {
        return ((AppendResult.Stored) result).position();
    }

    private static TokenIdentity token(String user, long issuedAt) {
        return new TokenIdentity(new UserId(user), "t", issuedAt, Optional.empty());
    }
}
