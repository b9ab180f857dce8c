package dev.portcullis.audit.chain;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The folder of a chain, which one process writes at a time. Others than its user can't read it. */
final class ChainFolder implements Closeable {
    private static final String LOCK = "audit.lock";
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileChannel lock;

    private ChainFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static ChainFolder open(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Path unused = Files.createDirectories(path, PRIVATE_FOLDER);
        }
        FileChannel lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() == null) {
                throw new IOException("another process writes there");
            }
            return new ChainFolder(path, lock);
        } catch (OverlappingFileLockException taken) {
            lock.close();
            throw new IOException("another node of this process writes there", taken);
        } catch (IOException failure) {
            lock.close();
            throw failure;
        }
    }

    Path path() {
        return path;
    }

    /** A new file; the lines of another one are never written over. */
    static FileChannel create(ChainFile file) throws IOException {
        return FileChannel.open(
                file.path(), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE_FILE);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
