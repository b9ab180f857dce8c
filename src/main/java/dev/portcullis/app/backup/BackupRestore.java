package dev.portcullis.app.backup;

import dev.portcullis.app.backup.BackupCheck.Checked;
import dev.portcullis.app.certs.PrivateFiles;
import dev.portcullis.app.checkpoint.BackupStore;
import dev.portcullis.app.checkpoint.BackupStore.Restored;
import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.auth.session.RevocationLimits;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.config.text.RootCause;
import dev.portcullis.protocol.Result;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Puts a node that is stopped back to the moment of a backup. All is made and checked beside what is there, and takes its place at
 * the end. What came after that moment is lost, so the store says so: its epoch is another one, and all tokens that were issued
 * before the restore are revoked, since some of them may have been revoked after the backup.
 */
public final class BackupRestore {
    private static final long TIMEOUT_SECONDS = 120;

    private final BackupFolder backup;
    private final NodeConfig config;
    private final CheckpointFolders folders;
    private final FolderSwap store;
    private final Optional<FolderSwap> files;

    /**
     * What was restored.
     *
     * @param aside where the folders are that were replaced
     */
    public record Done(Checked checked, List<Path> aside) {}

    private BackupRestore(Path backup, NodeConfig config, CheckpointFolders folders) {
        this.backup = new BackupFolder(backup);
        this.config = config;
        this.folders = folders;
        this.store = new FolderSwap(folders.store(), "store.path");
        this.files = folders.files().map(path -> new FolderSwap(path, "uploads.folder"));
    }

    /** @param replace whether folders with something in them are moved aside */
    public static Done run(Path backup, NodeConfig config, CheckpointFolders folders, boolean replace)
            throws StartupException {
        try {
            return new BackupRestore(backup, config, folders).run(replace);
        } catch (IOException failure) {
            throw new StartupException("the restore broke off (" + RootCause.of(failure)
                    + "); what was there is there, or beside its place; correct that, and start it again");
        } catch (StoreOpenException | StoreFailure | TimeoutException failure) {
            throw new StartupException(
                    "what was restored can't be opened (" + RootCause.of(failure) + "); what was there is as it was");
        }
    }

    private Done run(boolean replace) throws StartupException, IOException, StoreOpenException, TimeoutException {
        BackupFolder.Contents contents = valueOf(backup.read());
        Optional<FolderSwap> ofFiles = files.filter(any -> contents.manifest().files());
        if (contents.manifest().files() && ofFiles.isEmpty()) {
            throw new StartupException("the backup has uploaded files, and this configuration no folder for them;"
                    + " set uploads.kind and uploads.folder");
        }
        FolderLock lock = FolderLock.take(folders); // until the folders are in their places
        try {
            store.require(replace);
            if (ofFiles.isPresent()) {
                ofFiles.get().require(replace);
            }
            return restore(contents, ofFiles);
        } finally {
            lock.close();
        }
    }

    private Done restore(BackupFolder.Contents contents, Optional<FolderSwap> ofFiles)
            throws StartupException, IOException, StoreOpenException, TimeoutException {
        boolean done = false;
        try {
            copy(contents, ofFiles);
            Checked checked =
                    valueOf(BackupCheck.check(contents.manifest(), store.next(), ofFiles.map(FolderSwap::next)));
            begin(contents.manifest());
            List<Path> aside = new ArrayList<>();
            if (ofFiles.isPresent()) {
                ofFiles.get().swap().ifPresent(aside::add);
            }
            store.swap().ifPresent(aside::add);
            done = true;
            return new Done(checked, List.copyOf(aside));
        } finally {
            if (!done) {
                store.discard();
                ofFiles.ifPresent(FolderSwap::discard);
            }
        }
    }

    /** Copies each file, and compares what was read with its sum. */
    private void copy(BackupFolder.Contents contents, Optional<FolderSwap> ofFiles)
            throws StartupException, IOException {
        HashedCopy copy = HashedCopy.alone();
        for (Map.Entry<String, String> each : contents.sums().byName().entrySet()) {
            Path from = backup.file(each.getKey());
            Optional<Path> to = from.startsWith(backup.store())
                    ? Optional.of(
                            store.next().resolve(backup.store().relativize(from).toString()))
                    : ofFiles.filter(any -> from.startsWith(backup.files()))
                            .map(swap -> swap.next()
                                    .resolve(backup.files().relativize(from).toString()));
            String sum = to.isPresent() ? copyTo(copy, from, to.get()) : copy.hash(from);
            if (!sum.equals(each.getValue())) {
                throw new StartupException(refusal("the file " + each.getKey() + " is damaged"));
            }
        }
        HashedCopy.syncNames(store.next());
        if (ofFiles.isPresent()) {
            HashedCopy.syncNames(ofFiles.get().next());
        }
    }

    private static String copyTo(HashedCopy copy, Path from, Path to) throws IOException {
        Path parent = to.getParent();
        if (parent != null) {
            PrivateFiles.createFolder(parent);
        }
        return copy.copy(from, to);
    }

    /** What was lost must not be taken for what is there. */
    private void begin(BackupManifest manifest) throws StoreOpenException, TimeoutException {
        long now = System.currentTimeMillis();
        RevocationLimits limits = RevocationLimits.of(
                config.sessions(), config.auth().tokens(), config.accounts().refreshTokenMs());
        try (EmbeddedStore opened = EmbeddedStore.open(store.next(), config.store())) {
            EmbeddedRowStore rows = new EmbeddedRowStore(opened, System::currentTimeMillis);
            await(EmbeddedStreamStore.fork(opened));
            await(new RevocationStore(rows, () -> limits).revokeAllIssuedBefore(now));
            await(new BackupStore(rows).restored(new Restored(manifest.at().toEpochMilli(), now)));
            await(opened.probe());
        }
    }

    private <T> T valueOf(Result<T, String> result) throws StartupException {
        if (result instanceof Result.Done<T, String> known) {
            return known.value();
        }
        throw new StartupException(refusal(BackupFolder.defect(result).orElse("")));
    }

    private String refusal(String defect) {
        return "no whole backup: " + backup.root() + ": " + defect + "; what was there is as it was";
    }

    private static void await(Future<?> step) throws TimeoutException {
        var unused = step.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
