package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** The folder of a chain, which one process writes at a time. Others than its user can't read it. */
final class ChainFolder implements Closeable {
    private static final String LOCK = "audit.lock";
    private static final String NAME = "audit.chain";
    private static final int MOST_NAME_BYTES = 100;
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
        FileChannel lock = FileChannel.open(
                path.resolve(LOCK),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS); // CWE-59
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
        return createPrivately(file.path());
    }

    /** The name of the chain with which a folder began, if that is known. */
    static Optional<String> keptName(Path path) throws IOException {
        Path file = path.resolve(NAME);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_NAME_BYTES) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(file, ISO_8859_1).strip()).filter(name -> name.matches(ChainFile.NAME));
    }

    static void keepName(Path path, String name) throws IOException {
        if (!keptName(path).equals(Optional.of(name))) {
            Path file = path.resolve(NAME);
            Files.deleteIfExists(file);
            Path unused = Files.writeString(file, name + "\n", ISO_8859_1, StandardOpenOption.CREATE_NEW);
        }
    }

    /** A key that a file keeps when it is renamed, and that another file of the same name does not have. */
    static Object identity(ChainFile file) throws IOException {
        Object inode = Files.readAttributes(file.path(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        return inode == null ? file.name() : inode;
    }

    static boolean isThere(ChainFile file, Object identity) throws IOException {
        try {
            return identity(file).equals(identity);
        } catch (NoSuchFileException deleted) {
            return false;
        }
    }

    /** Gives a file another name, under which nothing reads it. Returns that name. */
    String setAside(Path file) throws IOException {
        for (int i = 1; ; i++) {
            Path to = aside(file, i);
            if (!Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                Path moved = Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
                return String.valueOf(moved.getFileName());
            }
        }
    }

    /** Copies the end of a file to another one, which nothing reads. Returns its name. */
    String copyAside(Path file, long from) throws IOException {
        int i = 1;
        while (Files.exists(aside(file, i), LinkOption.NOFOLLOW_LINKS)) {
            i++;
        }
        Path to = aside(file, i);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel out = createPrivately(to)) {
            long at = from;
            while (at < in.size()) {
                at += in.transferTo(at, in.size() - at, out);
            }
            out.force(false);
        }
        return String.valueOf(to.getFileName());
    }

    private static Path aside(Path file, int i) {
        return file.resolveSibling(file.getFileName() + ".foreign-" + i);
    }

    private static FileChannel createPrivately(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE_FILE);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
