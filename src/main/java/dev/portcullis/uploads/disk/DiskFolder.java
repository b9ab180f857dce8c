package dev.portcullis.uploads.disk;

import dev.portcullis.uploads.ticket.FileId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The folder of the files: {@code incoming/<id>} while a file arrives, then {@code kept/<ab>/<cd>/<id>}. Names are ids that the
 * server drew (CWE-22, CWE-73). No other user of the machine may read them. Its methods block.
 */
public final class DiskFolder implements AutoCloseable {
    public static final int PARTS = 256;

    private static final String PRIVATE = "rwx------";
    private static final int LEVEL = 2;

    private final Path incoming;
    private final Path kept;
    private final FileChannel lock;
    private final FolderId id;

    private DiskFolder(Path incoming, Path kept, FileChannel lock, FolderId id) {
        this.id = id;
        this.incoming = incoming;
        this.kept = kept;
        this.lock = lock;
    }

    /**
     * Opens the folder, and deletes files that had not arrived whole when the process ended. Fails if another process uses the
     * folder.
     */
    public static DiskFolder open(Path root) throws IOException {
        Path folder = root.toAbsolutePath().normalize();
        create(folder);
        FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean open = false;
        try {
            if (!isLocked(lock)) {
                throw new IOException("the folder " + folder + " is in use by another process");
            }
            DiskFolder opened =
                    new DiskFolder(folder.resolve("incoming"), folder.resolve("kept"), lock, FolderId.in(folder));
            create(opened.incoming);
            create(opened.kept);
            opened.removeIncoming();
            open = true;
            return opened;
        } finally {
            if (!open) {
                lock.close();
            }
        }
    }

    /** The id by which its store knows it. */
    public FolderId id() {
        return id;
    }

    Path incoming(FileId id) {
        return incoming.resolve(id.value());
    }

    Path kept(FileId id) {
        return inner(id).resolve(id.value());
    }

    private Path outer(FileId id) {
        return kept.resolve(id.value().substring(0, LEVEL));
    }

    private Path inner(FileId id) {
        return outer(id).resolve(id.value().substring(LEVEL, 2 * LEVEL));
    }

    /** Gives a file that has arrived its place. It is there after a crash of the machine too, with all of its bytes. */
    void keep(FileId id) throws IOException {
        Path file = kept(id);
        create(inner(id));
        PathSync.file(incoming(id));
        Files.move(incoming(id), file, StandardCopyOption.ATOMIC_MOVE);
        for (Path folder : List.of(inner(id), outer(id), kept)) {
            PathSync.folder(folder);
        }
    }

    public void delete(FileId id) throws IOException {
        Files.deleteIfExists(incoming(id));
        Files.deleteIfExists(kept(id));
    }

    public boolean has(FileId id) {
        return Files.isRegularFile(kept(id));
    }

    /** Visits the ids of all whole files in one part. A file of another form of name is not the server's, and is left alone. */
    public void visit(int part, Consumer<FileId> visitor) throws IOException {
        Path outer = kept.resolve(HexFormat.of().toHexDigits((byte) part));
        if (!Files.isDirectory(outer)) {
            return;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(outer, Files::isDirectory)) {
            for (Path inner : folders) {
                visit(inner, visitor);
            }
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private void visit(Path folder, Consumer<FileId> visitor) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                id(file).filter(each -> kept(each).equals(file)).ifPresent(visitor);
            }
        }
    }

    private void removeIncoming() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(incoming)) {
            for (Path file : files) {
                if (id(file).isPresent()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Optional<FileId> id(Path file) {
        return FileId.parse(String.valueOf(file.getFileName()));
    }

    private static void create(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
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
}
