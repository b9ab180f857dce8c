package dev.portcullis.app.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.app.backup.BackupCheck.Checked;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.protocol.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCheckTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @TempDir
    Path folder;

    private BackedUpNode node;
    private Path backup;

    @BeforeEach
    void backUp() throws Exception {
        node = BackedUpNode.in(folder);
        node.append("one");
        node.append("two");
        node.upload();
        backup = folder.resolve("backup");
        node.backUp(backup);
    }

    @Test
    void whole_backup_is_found_whole_and_left_as_it_is() throws Exception {
        Map<String, FileTime> before = files();

        Checked checked = BackupCheck.run(backup).fold(whole -> whole, defect -> {
            throw new AssertionError(defect);
        });

        assertThat(checked.streams()).isEqualTo(1);
        assertThat(checked.entries()).isEqualTo(2);
        assertThat(checked.missingFiles()).isZero();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void backup_is_for_its_owner_alone() throws Exception {
        try (Stream<Path> all = Files.walk(backup)) {
            for (Path each : all.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                        .isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void flipped_bit_is_found_in_every_file() throws Exception {
        for (String name : files().keySet()) {
            Path file = backup.resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length == 0) {
                continue;
            }
            int at = random.nextInt(bytes.length);
            byte[] flipped = bytes.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, flipped);
            assertThat(BackupCheck.run(backup).isDone())
                    .as("seed %d: byte %d of %s", seed, at, name)
                    .isFalse();
            Files.write(file, bytes);
        }
        assertThat(BackupCheck.run(backup).isDone()).isTrue();
    }

    @Test
    void missing_file_and_one_that_is_not_part_of_it_are_found() throws Exception {
        for (String name : files().keySet()) {
            Path file = backup.resolve(name);
            Path aside = folder.resolve("aside");
            Files.move(file, aside);
            assertThat(BackupCheck.run(backup).isDone()).as(name).isFalse();
            Files.move(aside, file);
        }
        Files.writeString(backup.resolve("store").resolve("999999.sst"), "");
        assertThat(BackupCheck.run(backup)).isEqualTo(Result.refused("the file store/999999.sst is not part of it"));
    }

    @Test
    void backup_that_broke_off_is_told_from_a_damaged_one() throws Exception {
        Files.delete(backup.resolve("SHA256SUMS"));
        assertThat(BackupCheck.run(backup))
                .isEqualTo(Result.refused("it has no SHA256SUMS: the backup broke off, or this is none"));
        assertThat(BackupCheck.run(folder.resolve("none"))).isEqualTo(Result.refused("there is no such folder"));
    }

    @Test
    void file_that_was_lost_before_the_backup_is_counted() throws Exception {
        try (Stream<Path> kept = Files.walk(folder.resolve("files").resolve("kept"))) {
            for (Path file : kept.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        Path next = folder.resolve("next");
        node.backUp(next);
        assertThat(BackupCheck.run(next).fold(Checked::missingFiles, defect -> -1L))
                .isEqualTo(1);
    }

    @Test
    void folder_with_something_in_it_takes_no_backup() {
        assertThatThrownBy(() -> BackupWriter.into(backup))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("is not empty");
    }

    @Test
    void backup_whose_checkpoint_ends_leaves_nothing() throws Exception {
        Path next = folder.resolve("next");
        BackupWriter writer = BackupWriter.into(next);
        assertThatThrownBy(
                        () -> writer.write(backup.resolve("store"), Optional.empty(), Instant.EPOCH, "1", () -> false))
                .hasMessageContaining("the node ended its checkpoint");
        writer.discard();
        assertThat(next).doesNotExist();
    }

    /** All files of the backup, with the times of their last changes. */
    private Map<String, FileTime> files() throws IOException {
        Map<String, FileTime> files = new TreeMap<>();
        List<Path> all;
        try (Stream<Path> walk = Files.walk(backup)) {
            all = walk.filter(Files::isRegularFile).toList();
        }
        for (Path each : all) {
            files.put(backup.relativize(each).toString(), Files.getLastModifiedTime(each));
        }
        return files;
    }
}
