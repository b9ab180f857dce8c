package dev.portcullis.app.backup;

import dev.portcullis.app.backup.BackupWriter.Written;
import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.checkpoint.CheckpointMaker;
import dev.portcullis.app.checkpoint.CheckpointMaker.Made;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.config.text.RootCause;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.uploads.disk.DiskFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The data of a node that does not run, opened by this process, so that none starts meanwhile. */
public final class StoppedNode implements AutoCloseable {
    private final EmbeddedStore store;
    private final Optional<DiskFolder> files;
    private final CheckpointFolders folders;

    private StoppedNode(EmbeddedStore store, Optional<DiskFolder> files, CheckpointFolders folders) {
        this.store = store;
        this.files = files;
        this.folders = folders;
    }

    /** @param asked where no node answered */
    public static StoppedNode open(NodeConfig config, CheckpointFolders folders, String asked) throws StartupException {
        try {
            if (!Files.exists(folders.store().resolve("CURRENT"))) {
                throw new StartupException("no node answers at " + asked + ", and " + folders.store()
                        + " has no store; name the --config of the node");
            }
            requireOwner(folders.store());
            EmbeddedStore store = EmbeddedStore.open(folders.store(), config.store());
            boolean open = false;
            try {
                Optional<DiskFolder> files = folders.files().isPresent()
                        ? Optional.of(DiskFolder.open(folders.files().get()))
                        : Optional.empty();
                open = true;
                return new StoppedNode(store, files, folders);
            } finally {
                if (!open) {
                    store.close();
                }
            }
        } catch (IOException | StoreOpenException inUse) {
            throw new StartupException("no node answers at " + asked + ", and its data can't be opened ("
                    + RootCause.of(inUse) + "); name the --config that it runs with");
        }
    }

    public Written copy(BackupWriter writer, String program) throws StartupException {
        String id = CheckpointMaker.newId();
        try {
            folders.removeAll();
            Made made = new CheckpointMaker(store, () -> files, folders).make(id);
            try {
                return writer.alone().write(folders.storeOf(id), folders.filesOf(id), made.at(), program, () -> true);
            } finally {
                folders.remove(id);
            }
        } catch (IOException failure) {
            throw new StartupException("the backup broke off (" + RootCause.of(failure) + "); start it again");
        }
    }

    /** Files of another user would keep the node from its own store. */
    private static void requireOwner(Path folder) throws IOException, StartupException {
        Path probe = Files.createTempFile("portcullis-", ".user");
        try {
            if (!Files.getOwner(probe).equals(Files.getOwner(folder))) {
                throw new StartupException(
                        folder + " is of the user " + Files.getOwner(folder).getName()
                                + ", and the node is stopped; start this command as that user");
            }
        } finally {
            Files.delete(probe);
        }
    }

    @Override
    public void close() {
        store.close();
        if (files.isPresent()) {
            try {
                files.get().close();
            } catch (IOException ended) {
                // the lock ends with the process
            }
        }
    }
}
