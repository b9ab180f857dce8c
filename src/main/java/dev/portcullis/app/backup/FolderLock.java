package dev.portcullis.app.backup;

import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.node.StartupException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Keeps a node from its folders, by the locks that it would take: none runs while this is held. */
final class FolderLock implements AutoCloseable {
    private static final String OF_STORE = "LOCK";
    private static final String OF_FILES = "lock";

    private final List<FileChannel> channels = new ArrayList<>();

    private FolderLock() {}

    /** A folder without the file that is locked has never been opened. */
    static FolderLock take(CheckpointFolders folders) throws StartupException, IOException {
        FolderLock lock = new FolderLock();
        boolean taken = false;
        try {
            lock.take(folders.store(), OF_STORE);
            if (folders.files().isPresent()) {
                lock.take(folders.files().get(), OF_FILES);
            }
            taken = true;
            return lock;
        } finally {
            if (!taken) {
                lock.close();
            }
        }
    }

    private void take(Path folder, String name) throws StartupException, IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            return;
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        channels.add(channel);
        if (!isLocked(channel)) {
            throw new StartupException(folder + " is in use by a node; stop it first");
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : channels) {
            channel.close();
        }
    }
}
