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
    void a_new_folder_is_the_owners_alone() throws Exception {
        EmbeddedStore.open(parent.resolve("a/b"), config(true)).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent.resolve("a/b"))))
                .isEqualTo("rwx------");
    }

    @Test
    void without_a_path_the_store_is_temporary() throws Exception {
        StoreFolder folder = StoreFolder.of(Optional.empty());
        EmbeddedStore store = EmbeddedStore.open(folder, config(true), disk -> disk);
        assertThat(folder.path().resolve("CURRENT")).exists();
        store.close();
        assertThat(folder.path()).doesNotExist();
    }

    @Test
    void a_path_that_is_a_file_is_refused() throws Exception {
        Path file = Files.writeString(parent.resolve("file"), "x");
        assertUnopened(file, "set another store.path");
    }

    @Test
    void a_store_in_use_is_refused_and_goes_on_working() throws Exception {
        Path folder = parent.resolve("block-clock"); // a name that must not look like the lock's message
        try (EmbeddedStore store = EmbeddedStore.open(folder, config(true))) {
            assertUnopened(folder, "is in use by another process; stop that one or set another store.path");
            store.probe().await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_folder_with_other_files_is_refused_and_left_alone() throws Exception {
        Path folder = Files.createDirectory(parent.resolve("home"));
        Files.writeString(folder.resolve("letters.txt"), "dear");
        assertUnopened(folder, "holds other files");
        assertThat(contents(folder)).containsOnlyKeys("letters.txt");
    }

    @Test
    void a_store_whose_current_file_is_gone_is_refused_and_left_alone() throws Exception {
        Path folder = written(true);
        Files.delete(folder.resolve("CURRENT"));
        Map<String, List<Byte>> before = contents(folder);
        assertUnopened(folder, "restore it from a backup");
        assertThat(contents(folder)).isEqualTo(before);
    }

    @Test
    void the_remains_of_a_first_start_that_was_cut_short_are_no_obstacle() throws Exception {
        Path folder = Files.createDirectory(parent.resolve("begun"));
        Files.writeString(folder.resolve("LOCK"), "");
        Files.writeString(folder.resolve("IDENTITY"), "x");
        EmbeddedStore.open(folder, config(true)).close();
    }

    @Test
    void a_damaged_manifest_is_refused_with_a_line_that_says_how_to_mend_it() throws Exception {
        Path folder = written(true);
        Path manifest = file(folder, "MANIFEST-");
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(manifest, bytes);
        assertUnopened(folder, "restore it from a backup, or move it away to begin anew");
    }

    @Test
    void a_store_on_a_full_disk_is_refused_with_a_line_that_asks_for_room() throws Exception {
        Path folder = Files.createDirectory(parent.resolve("full"));
        for (String begun : List.of("MANIFEST-000001", "000000.dbtmp", "000001.dbtmp")) {
            Files.createSymbolicLink(folder.resolve(begun), Path.of("/dev/full"));
        }
        assertUnopened(folder, "No space left on device); free some room there and start again");
    }

    /** As root runs the tests too, no folder can be made that nobody may write to. */
    @Test
    void a_store_that_may_not_be_written_to_asks_for_permission_and_not_for_a_backup() {
        for (String cause : List.of("Permission denied", "Read-only file system")) {
            assertThat(EmbeddedStore.explain(parent, "While open a file for lock: x/LOCK: " + cause))
                    .contains(cause + "); let the user of this process write there")
                    .doesNotContain("backup");
        }
    }

    @Test
    void a_folder_that_can_not_be_made_says_why() throws Exception {
        Path loop = Files.createSymbolicLink(parent.resolve("loop"), parent.resolve("loop"));
        assertUnopened(
                loop.resolve("store"), "can't be created or read (" + parent.resolve("loop") + ": Too many levels");
    }

    @Test
    void a_log_damaged_before_its_end_is_refused_since_it_held_what_was_acknowledged() throws Exception {
        Path folder = written(true);
        Path log = file(folder, ".log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(log, bytes);
        assertUnopened(folder, "restore it from a backup");
    }

    @Test
    void without_fsync_a_damaged_log_counts_up_to_the_damage() throws Exception {
        Path folder = written(false);
        Path log = file(folder, ".log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(log, bytes);
        assertThat(rows(folder, false)).isStrictlyBetween(0, ROWS);
    }

    @Test
    void an_unfinished_last_record_is_dropped_and_no_other() throws Exception {
        Path folder = written(true);
        Path log = file(folder, ".log");
        byte[] bytes = Files.readAllBytes(log);
        int closing = 22; // the probe that closing writes
        Files.write(log, java.util.Arrays.copyOf(bytes, bytes.length - closing - 5));
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

    private static void assertUnopened(Path folder, String mend) {
        assertThatThrownBy(() -> EmbeddedStore.open(folder, config(true)).close())
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining(mend)
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
        } catch (IOException broken) {
            throw new AssertionError(broken);
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
