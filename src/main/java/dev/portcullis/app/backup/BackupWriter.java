package dev.portcullis.app.backup;

import dev.portcullis.app.certs.PrivateFiles;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.config.text.RootCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Writes a backup: the copy of a checkpoint, in a folder that was empty. */
public final class BackupWriter {
    /** What must be left where the running node writes too. */
    private static final long LEFT_BYTES = 256L << 20;

    private final BackupFolder folder;
    private final boolean created;
    private final HashedCopy copy;

    /** What was written. */
    public record Written(BackupManifest manifest, int files, long bytes) {
        /** One line for an operator. */
        public String line(Path folder) {
            return "backup whole: " + folder + ", of " + manifest.at() + ", " + files + " files, " + sizeOf(bytes);
        }
    }

    private BackupWriter(BackupFolder folder, boolean created, HashedCopy copy) {
        this.copy = copy;
        this.folder = folder;
        this.created = created;
    }

    /** Refuses a folder that has something in it. It copies as slowly as a node needs that runs. */
    public static BackupWriter into(Path folder) throws StartupException {
        try {
            boolean exists = Files.exists(folder);
            if (exists && !isEmptyFolder(folder)) {
                throw new StartupException(folder + " is not empty; name a folder that does not exist yet");
            }
            PrivateFiles.createFolder(folder);
            return new BackupWriter(new BackupFolder(folder), !exists, HashedCopy.besideANode());
        } catch (IOException failure) {
            throw new StartupException(folder + " can't be used (" + RootCause.of(failure) + "); name another folder");
        }
    }

    /** Writes to the same folder, and needs not to wait for a node. */
    BackupWriter alone() {
        return new BackupWriter(folder, created, HashedCopy.alone());
    }

    /**
     * Copies a checkpoint. What a failure leaves is no backup, and is to be discarded.
     *
     * @param store the checkpoint of the store
     * @param files that of the uploaded files, if there are any
     * @param wanted whether the checkpoint is still there; asked before each file
     */
    public Written write(Path store, Optional<Path> files, Instant at, String program, BooleanSupplier wanted)
            throws StartupException {
        try {
            requireRoom(store, files);
            Map<String, String> sums = new TreeMap<>();
            copyAll(store, folder.store(), sums, wanted);
            if (files.isPresent()) {
                copyAll(files.get(), folder.files(), sums, wanted);
            }
            BackupManifest manifest = BackupManifest.now(program, at, files.isPresent());
            PrivateFiles.create(folder.file(BackupFolder.MANIFEST), manifest.text(), PrivateFiles.PRIVATE);
            sums.put(BackupFolder.MANIFEST, copy.hash(folder.file(BackupFolder.MANIFEST)));
            finish(new BackupSums(sums));
            return new Written(manifest, sums.size(), copy.bytes());
        } catch (IOException failure) {
            throw new StartupException("the backup broke off (" + RootCause.of(failure)
                    + "), and nothing of it is left; correct that, and start it again");
        }
    }

    /** Only now the folder counts as a backup: when all it says is on the disk. */
    private void finish(BackupSums sums) throws IOException {
        Path written = folder.file(BackupSums.NAME + ".new");
        PrivateFiles.create(written, sums.text(), PrivateFiles.PRIVATE);
        HashedCopy.sync(written);
        HashedCopy.sync(folder.file(BackupFolder.MANIFEST));
        HashedCopy.syncNames(folder.root());
        Files.move(written, folder.file(BackupSums.NAME), StandardCopyOption.ATOMIC_MOVE);
        HashedCopy.syncFolder(folder.root());
        Path parent = folder.root().toAbsolutePath().getParent();
        if (parent != null) {
            HashedCopy.syncFolder(parent);
        }
    }

    private void copyAll(Path from, Path to, Map<String, String> sums, BooleanSupplier wanted)
            throws IOException, StartupException {
        for (Path file : filesIn(from)) {
            if (!wanted.getAsBoolean()) {
                throw new StartupException(
                        "the node ended its checkpoint, and nothing is left of the backup; start it again");
            }
            Path target = to.resolve(from.relativize(file).toString());
            PrivateFiles.createFolder(parentOf(target));
            sums.put(BackupFolder.nameOf(folder.root(), target), copy.copy(file, target));
        }
    }

    /** The node must not find its disk full because of its backup. */
    private void requireRoom(Path store, Optional<Path> files) throws IOException, StartupException {
        long needed = 0;
        for (Path each : Stream.concat(Stream.of(store), files.stream()).toList()) {
            for (Path file : filesIn(each)) {
                needed += Files.size(file);
            }
        }
        long left = Files.getFileStore(folder.root()).equals(Files.getFileStore(store)) ? LEFT_BYTES : 0;
        long usable = Files.getFileStore(folder.root()).getUsableSpace();
        if (usable < needed + left) {
            throw new StartupException("there is no room for the backup in " + folder.root() + ": it needs "
                    + sizeOf(needed + left) + ", and " + sizeOf(usable) + " are free; name a folder on another disk");
        }
    }

    /** Removes what is there of a backup that does not become whole. */
    public void discard() {
        try {
            List<Path> all = new ArrayList<>();
            try (Stream<Path> walk = Files.walk(folder.root())) {
                walk.filter(path -> created || !path.equals(folder.root())).forEach(all::add);
            }
            for (int i = all.size() - 1; i >= 0; i--) {
                Files.delete(all.get(i));
            }
        } catch (IOException left) {
            // without its sums it is no backup, and the next one names another folder
        }
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static Path parentOf(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    static String sizeOf(long bytes) {
        return bytes < 1 << 20
                ? (bytes + 1023) / 1024 + " KB"
                : String.format(Locale.ROOT, "%.1f MB", bytes / (double) (1 << 20));
    }
}
