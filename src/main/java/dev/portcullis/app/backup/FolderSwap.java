package dev.portcullis.app.backup;

import dev.portcullis.app.node.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of the node that is replaced: the new one is made beside it, and takes its place by two renames. The old one is moved
 * aside, and never deleted.
 */
final class FolderSwap {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Path folder;
    private final String key;

    /** @param key the configuration key that names the folder */
    FolderSwap(Path folder, String key) {
        this.folder = folder.toAbsolutePath().normalize();
        this.key = key;
    }

    /** Where the new folder is made. */
    Path next() {
        return folder.resolveSibling(folder.getFileName() + ".restoring");
    }

    /** Refuses a folder with something in it, unless it is to be replaced, and one whose user is another one than that of this process. */
    void require(boolean replace) throws StartupException, IOException {
        if (isTaken() && !replace) {
            throw new StartupException(
                    key + " " + folder + " is not empty; --replace moves it aside, and deletes nothing");
        }
        Path parent = folder.getParent();
        if (parent == null) {
            throw new StartupException(key + " " + folder + " can't be replaced; name a folder below another one");
        }
        Files.createDirectories(parent);
        remove(next());
        Files.createDirectory(next());
        if (isTaken() && !Files.getOwner(folder).equals(Files.getOwner(next()))) {
            String owner = Files.getOwner(folder).getName();
            remove(next());
            throw new StartupException(key + " " + folder + " is of the user " + owner
                    + "; start this command as that user, or the node could not use what it restores");
        }
        Files.delete(next());
    }

    /** @return where the old folder is, if there was one with something in it */
    Optional<Path> swap() throws IOException {
        Optional<Path> aside = Optional.empty();
        if (isTaken()) {
            Path old = folder.resolveSibling(folder.getFileName() + ".replaced-" + TIME.format(Instant.now()));
            Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
            aside = Optional.of(old);
        } else {
            Files.deleteIfExists(folder);
        }
        Files.move(next(), folder, StandardCopyOption.ATOMIC_MOVE);
        HashedCopy.syncFolder(folder.resolveSibling("."));
        return aside;
    }

    /** Removes what was made and is not used. */
    void discard() {
        try {
            remove(next());
        } catch (IOException left) {
            // the next restore removes it
        }
    }

    private boolean isTaken() throws IOException {
        if (!Files.isDirectory(folder)) {
            return Files.exists(folder);
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isPresent();
        }
    }

    private static void remove(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(root)) {
            walk.forEach(all::add);
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            Files.delete(all.get(i));
        }
    }
}
