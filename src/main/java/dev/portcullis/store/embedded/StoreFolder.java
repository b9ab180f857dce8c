package dev.portcullis.store.embedded;

import dev.portcullis.config.text.RootCause;
import dev.portcullis.store.StoreOpenException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of an embedded store, checked before the engine opens it. */
record StoreFolder(Path path, boolean temporary) {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFolder.class);

    /** The files that the engine leaves behind when its first start is interrupted. */
    private static final Pattern BEGUN = Pattern.compile("LOCK|IDENTITY|LOG.*|MANIFEST-.*|OPTIONS-.*|.*\\.dbtmp");

    static StoreFolder of(Optional<String> path) throws StoreOpenException {
        try {
            if (path.isEmpty()) {
                return new StoreFolder(Files.createTempDirectory("portcullis-"), true);
            }
            return existing(Path.of(path.get()));
        } catch (InvalidPathException | IOException failure) {
            throw unusable(path.orElse("(temporary)"), failure);
        }
    }

    static StoreFolder existing(Path path) throws StoreOpenException {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path, ownersOnly(path));
            }
            refuseForeignFiles(path);
            return new StoreFolder(path, false);
        } catch (IOException failure) {
            throw unusable(path.toString(), failure);
        }
    }

    void release() {
        if (!temporary) {
            return;
        }
        if (!delete(path)) {
            LOG.atWarn()
                    .addKeyValue("event", "store.tempdir.delete.failed")
                    .log("the temporary store could not be deleted");
        }
    }

    /** Deletes a folder. Returns whether all of it was deleted. */
    static boolean delete(Path folder) {
        try {
            Files.walkFileTree(folder, new Deletion());
            return true;
        } catch (IOException failure) {
            return false;
        }
    }

    /**
     * Refuses a folder with other files. Without its CURRENT file the engine would take a damaged store for a new one and delete
     * the rest of it.
     */
    private static void refuseForeignFiles(Path path) throws IOException, StoreOpenException {
        if (Files.exists(path.resolve("CURRENT"))) {
            return;
        }
        List<String> others;
        try (Stream<Path> files = Files.list(path)) {
            others = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !BEGUN.matcher(name).matches())
                    .toList();
        }
        if (!others.isEmpty()) {
            throw new StoreOpenException(
                    "the folder " + path + " holds other files, or a store whose file CURRENT is gone; "
                            + "restore it from a backup, or set another store.path");
        }
    }

    /** The rights of the owner alone: other accounts on the machine must not read messages and sessions (CWE-732). */
    private static FileAttribute<?>[] ownersOnly(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    private static StoreOpenException unusable(String path, Exception failure) {
        return new StoreOpenException("the store's folder " + path + " can't be created or read ("
                + RootCause.of(failure) + "); correct that or set another store.path");
    }

    /** Deletes files before their folder. */
    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
