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

    private static final String KEPT = "kept";
    private static final int LEVEL = 2;

    private final Path incoming;
    private final Path kept;
    private final FileChannel lock;
    private final FolderId id;

    /** Takes the files that are deleted while a checkpoint is made. */
    private volatile Optional<FolderCheckpoint> checkpoint = Optional.empty();

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
        PrivateFolder.create(folder);
        FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean open = false;
        try {
            if (!isLocked(lock)) {
                throw new IOException("the folder " + folder + " is in use by another process");
            }
            DiskFolder opened =
                    new DiskFolder(folder.resolve("incoming"), folder.resolve(KEPT), lock, FolderId.in(folder));
            PrivateFolder.create(opened.incoming);
            PrivateFolder.create(opened.kept);
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

    /** The place of a whole file in a folder of files, which may be the copy of one. */
    public static Path kept(Path root, FileId id) {
        return placeIn(root.resolve(KEPT), id);
    }

    Path incoming(FileId id) {
        return incoming.resolve(id.value());
    }

    Path kept(FileId id) {
        return placeIn(kept, id);
    }

    private static Path placeIn(Path kept, FileId id) {
        return inner(kept, id).resolve(id.value());
    }

    private static Path outer(Path kept, FileId id) {
        return kept.resolve(id.value().substring(0, LEVEL));
    }

    private static Path inner(Path kept, FileId id) {
        return outer(kept, id).resolve(id.value().substring(LEVEL, 2 * LEVEL));
    }

    /** Gives a file that has arrived its place. It is there after a crash of the machine too, with all of its bytes. */
    void keep(FileId id) throws IOException {
        Path file = kept(id);
        PrivateFolder.create(inner(kept, id));
        PathSync.file(incoming(id));
        Files.move(incoming(id), file, StandardCopyOption.ATOMIC_MOVE);
        for (Path folder : List.of(inner(kept, id), outer(kept, id), kept)) {
            PathSync.folder(folder);
        }
    }

    public void delete(FileId id) throws IOException {
        Files.deleteIfExists(incoming(id));
        checkpoint.ifPresent(begun -> begun.take(kept(id)));
        Files.deleteIfExists(kept(id));
    }

    /**
     * Makes a copy, beside all else: it has every whole file that a row of the store's checkpoint names, and maybe files that came
     * or went meanwhile. The files are links to those of this folder, which never change. One call at a time.
     *
     * @param into does not exist yet, in a folder that does, on the file system of this folder
     * @param rows makes the checkpoint of the store: the end of a file is in its row before the file is deleted
     */
    public long checkpoint(Path into, StoreStep rows) throws IOException {
        FolderCheckpoint begun = new FolderCheckpoint(kept, into);
        begun.begin(id);
        checkpoint = Optional.of(begun);
        try {
            rows.run();
            return begun.linkAll();
        } finally {
            checkpoint = Optional.empty();
        }
    }

    /** A step of the store that blocks. */
    @FunctionalInterface
    public interface StoreStep {
        void run() throws IOException;
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

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }
}
