package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest {
    /** The medium may be another's, and what is on it must not rewrite what is said of it (CWE-150). */
    @Test
    void name_of_a_file_in_a_backup_is_printed_with_its_controls_escaped(@TempDir Path folder) throws Exception {
        Files.createFile(folder.resolve("SHA256SUMS"));
        Files.createFile(folder.resolve("\u001b[2J"));
        Terminal terminal = Terminal.of(Commands.of(new BackupCommand(Map.of())));

        assertThat(terminal.run("backup", "verify", folder.toString())).isEqualTo(1);
        assertThat(terminal.errors())
                .isEqualTo("no whole backup: " + folder + ": the file \\u001b[2J is not part of it\n");
    }
}
