package dev.portcullis.app.backup;

import dev.portcullis.protocol.Result;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.embedded.ReadOnlyStore;
import dev.portcullis.store.rows.ReadOnlyRowStore;
import dev.portcullis.streams.embedded.StreamRowsCheck;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads all of a backup: whether each byte is the one that was written, and whether this program understands it. */
public final class BackupCheck {
    private static final int PAGE = 1_000;

    private BackupCheck() {}

    /**
     * A backup that is whole.
     *
     * @param missingFiles uploaded files that the store names and that were lost before the backup was made
     */
    public record Checked(BackupManifest manifest, long streams, long entries, long missingFiles) {
        /** One line for an operator. */
        public String line(Path folder) {
            return "backup whole: " + folder + ", of " + manifest.at() + ", " + streams + " streams with " + entries
                    + " entries"
                    + (missingFiles == 0
                            ? ""
                            : "; " + missingFiles
                                    + " uploaded files that its store names were lost before it was made");
        }
    }

    /** Refused with the first thing that is wrong. */
    public static Result<Checked, String> run(Path root) throws IOException {
        BackupFolder folder = new BackupFolder(root);
        Result<BackupFolder.Contents, String> read = folder.read();
        if (!(read instanceof Result.Done<BackupFolder.Contents, String> contents)) {
            return read.fold(unused -> Result.refused(""), Result::refused);
        }
        HashedCopy reader = HashedCopy.alone();
        for (Map.Entry<String, String> each : contents.value().sums().byName().entrySet()) {
            if (!reader.hash(folder.file(each.getKey())).equals(each.getValue())) {
                return Result.refused("the file " + each.getKey() + " is damaged");
            }
        }
        BackupManifest manifest = contents.value().manifest();
        return check(manifest, folder.store(), Optional.of(folder.files()).filter(any -> manifest.files()));
    }

    /** Checks what is in a store and in its folder of files, wherever they are. They stay as they are. */
    static Result<Checked, String> check(BackupManifest manifest, Path store, Optional<Path> files) throws IOException {
        Path logs = Files.createTempDirectory("portcullis-backup-");
        try (ReadOnlyStore opened = ReadOnlyStore.open(store, logs)) {
            opened.verifyChecksums();
            long missing = files.isPresent() ? missing(opened, files.get()) : 0;
            return BackupFolder.map(
                    StreamRowsCheck.run(opened),
                    counted -> new Checked(manifest, counted.streams(), counted.entries(), missing));
        } catch (StoreOpenException | StoreFailure damaged) {
            return Result.refused(String.valueOf(damaged.getMessage()));
        } finally {
            delete(logs);
        }
    }

    private static long missing(ReadOnlyStore store, Path files) throws IOException {
        UploadStore uploads = new UploadStore(new ReadOnlyRowStore(store, System::currentTimeMillis));
        long missing = 0;
        String from = "";
        do {
            UploadStore.Page<Upload> page = uploads.page(from, PAGE).result(); // this store answers at once
            for (Upload upload : page.found()) {
                Path file = DiskFolder.kept(files, upload.id());
                boolean isThere = Files.isRegularFile(file) && Files.size(file) == upload.size();
                missing += upload.state().hasFile() && !isThere ? 1 : 0;
            }
            from = page.next();
        } while (!from.isEmpty());
        return missing;
    }

    private static void delete(Path logs) throws IOException {
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(logs);
    }
}
