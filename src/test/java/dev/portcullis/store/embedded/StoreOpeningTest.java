package dev.portcullis.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreOpenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreOpeningTest {
    private static final int ROWS = 50;

    @TempDir
    Path parent;

    @Test
    void new_folder_is_accessible_to_its_owner_only() throws Exception {
        EmbeddedStore.open(parent.resolve("a/b"), config(true)).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent.resolve("a/b"))))
                .isEqualTo("rwx------");
    }

    @Test
    void store_without_a_path_is_temporary() throws Exception {
        StoreFolder folder = StoreFolder.of(Optional.empty());
        EmbeddedStore store =
                EmbeddedStore.open(folder, config(true), disk -> disk, (operation, nanos) -> {}, StoreEnd.NONE);
        assertThat(folder.path().resolve("CURRENT")).exists();
        store.close();
        assertThat(folder.path()).doesNotExist();
    }

    @Test
    void path_of_a_file_is_refused() throws Exception {
        Path file = Files.writeString(parent.resolve("file"), "x");
        assertRefused(file, "set another store.path");
    }

    @Test
    void store_in_use_is_refused_and_keeps_working() throws Exception {
        Path folder = parent.resolve("block-clock"); // a name that resembles the lock's message
        try (EmbeddedStore store = EmbeddedStore.open(folder, config(true))) {
            assertRefused(folder, "is in use by another process; stop that one or set another store.path");
            store.probe().await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void folder_with_other_files_is_refused_and_unchanged() throws Exception {
        Path folder = Files.createDirectory(parent.resolve("home"));
        Files.writeString(folder.resolve("letters.txt"), "dear");
        assertRefused(folder, "holds other files");
        assertThat(contents(folder)).containsOnlyKeys("letters.txt");
    }

    @Test
    void store_without_its_current_file_is_refused_and_unchanged() throws Exception {
        Path folder = written(true);
        Files.delete(folder.resolve("CURRENT"));
        Map<String, List<Byte>> before = contents(folder);
        assertRefused(folder, "restore it from a backup");
        assertThat(contents(folder)).isEqualTo(before);
    }

    @Test
    void folder_of_an_interrupted_first_start_is_accepted() throws Exception {
        Path folder = Files.createDirectory(parent.resolve("begun"));
        Files.writeString(folder.resolve("LOCK"), "");
        Files.writeString(folder.resolve("IDENTITY"), "x");
        EmbeddedStore.open(folder, config(true)).close();
    }

    @Test
    void damaged_manifest_is_refused_with_a_remedy() throws Exception {
        Path folder = written(true);
        Path manifest = file(folder, "MANIFEST-");
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(manifest, bytes);
        assertRefused(folder, "restore it from a backup, or move it away to start with an empty store");
    }

    @Test
    void store_on_a_full_disk_is_refused_with_a_hint_to_free_space() throws Exception {
        Path folder = Files.createDirectory(parent.resolve("full"));
        for (String name : List.of("MANIFEST-000001", "000000.dbtmp", "000001.dbtmp")) {
            Files.createSymbolicLink(folder.resolve(name), Path.of("/dev/full"));
        }
        assertRefused(folder, "No space left on device); free some room there and start again");
    }

    /** Tests may run as root, who can write to any folder. */
    @Test
    void store_without_write_permission_is_refused_with_a_hint_to_permissions() {
        for (String cause : List.of("Permission denied", "Read-only file system")) {
            assertThat(EmbeddedStore.explain(parent, "While open a file for lock: x/LOCK: " + cause))
                    .contains(cause + "); let the user of this process write there")
                    .doesNotContain("backup");
        }
    }

    @Test
    void store_without_file_descriptors_is_refused_with_a_hint_to_their_limit() {
        for (String cause : List.of("Too many open files", "Too many open files in system")) {
            assertThat(EmbeddedStore.explain(parent, "While open a file for appending: x/LOG: " + cause))
                    .endsWith(
                            cause + "); raise the limit of open files (LimitNOFILE of systemd, or ulimit -n), and start"
                                    + " again");
        }
    }

    /** The rows are there as long as the disk can be read again. */
    @Test
    void store_whose_disk_fails_is_refused_with_a_hint_to_the_disk() {
        assertThat(EmbeddedStore.explain(parent, "While fdatasync: x/000072.sst: Input/output error"))
                .endsWith("Input/output error); check the disk and what the kernel logs of it, and start again");
    }

    @Test
    void folder_that_cannot_be_created_is_refused_with_its_cause() throws Exception {
        Path loop = Files.createSymbolicLink(parent.resolve("loop"), parent.resolve("loop"));
        assertRefused(
                loop.resolve("store"), "can't be created or read (" + parent.resolve("loop") + ": Too many levels");
    }

    @Test
    void log_with_fsync_damaged_before_its_end_is_refused() throws Exception {
        Path folder = written(true);
        Path log = file(folder, ".log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(log, bytes);
        assertRefused(folder, "restore it from a backup");
    }

    @Test
    void log_without_fsync_is_replayed_up_to_the_damage() throws Exception {
        Path folder = written(false);
        Path log = file(folder, ".log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(log, bytes);
        assertThat(rows(folder, false)).isStrictlyBetween(0, ROWS);
    }

    @Test
    void incomplete_last_record_is_dropped() throws Exception {
        Path folder = written(true);
        Path log = file(folder, ".log");
        byte[] bytes = Files.readAllBytes(log);
        int probeBytes = 22; // the record of the probe that close() writes
        Files.write(log, java.util.Arrays.copyOf(bytes, bytes.length - probeBytes - 5));
        assertThat(rows(folder, true)).isEqualTo(ROWS - 1);
    }

    private Path written(boolean fsync) throws Exception {
        Path folder = parent.resolve("store");
        try (EmbeddedStore store = EmbeddedStore.open(folder, config(fsync))) {
            Table table = store.table("things");
            for (int i = 0; i < ROWS; i++) {
                byte[] key = {(byte) i};
                store.write(batch -> {
                            batch.put(table, key, new byte[100]);
                            return key;
                        })
                        .await(30, TimeUnit.SECONDS);
            }
        }
        return folder;
    }

    private static int rows(Path folder, boolean fsync) throws Exception {
        try (EmbeddedStore store = EmbeddedStore.open(folder, config(fsync))) {
            Table table = store.table("things");
            return store.read(reader -> {
                        List<byte[]> keys = new java.util.ArrayList<>();
                        reader.scan(table, new byte[] {0}, new byte[] {100}, (key, value) -> keys.add(key));
                        return keys.size();
                    })
                    .await(30, TimeUnit.SECONDS);
        }
    }

    private static void assertRefused(Path folder, String remedy) {
        assertThatThrownBy(() -> EmbeddedStore.open(folder, config(true)).close())
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining(remedy)
                .hasMessageContaining(folder.toString())
                .message()
                .hasLineCount(1);
    }

    private static Path file(Path folder, String part) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).contains(part))
                    .max(java.util.Comparator.comparingLong(StoreOpeningTest::size))
                    .orElseThrow();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static Map<String, List<Byte>> contents(Path folder) throws IOException {
        Map<String, List<Byte>> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                List<Byte> bytes = new java.util.ArrayList<>();
                for (byte each : Files.readAllBytes(file)) {
                    bytes.add(each);
                }
                all.put(String.valueOf(file.getFileName()), bytes);
            }
        }
        return all;
    }

    private static StoreConfig config(boolean fsync) {
        return new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), fsync, 100);
    }
}
