package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What dpkg calls when the package comes and goes, with folders of the test as those of the system. */
class DebScriptsTest {
    private static final Path SCRIPTS = Path.of("src/dist/deb");

    /** The process sees three folders of the test as those of the system. It needs no rights for that. */
    private static final String ENTER =
            "for each in etc run var/lib; do mount --bind \"$0/$each\" \"/$each\" || exit 99; done;"
                    + " PATH=$0/bin:$PATH exec sh \"$@\"";

    @TempDir
    Path system;

    @TempDir
    Path printed;

    private Path configuration;
    private Path secrets;

    @BeforeEach
    void install() throws IOException {
        assumeTrue(EmptyRoot.isOffered(), "unshare, or a user namespace, is not offered");
        configuration = Files.createDirectories(system.resolve("etc/portcullis"));
        secrets = configuration.resolve("environment");
        Files.createDirectories(system.resolve("run/systemd/system"));
        Files.createDirectories(system.resolve("var/lib"));
        Files.createDirectories(system.resolve("bin"));
        Files.writeString(configuration.resolve("node.json"), "{}");
        program("adduser", "exit 0");
        program("systemctl", "exit 0");
    }

    @Test
    void installation_makes_secrets_that_only_root_reads_and_an_upgrade_keeps_them() throws Exception {
        assertThat(succeeds("postinst", "configure", "")).isTrue();
        String made = Files.readString(secrets);
        assertThat(made).containsPattern("\nJWT_SECRET=[A-Za-z0-9+/]{64}\nADMIN_API_KEY=[A-Za-z0-9+/]{64}\n$");
        assertThat(made.lines().map(line -> line.replaceFirst("^[A-Z_]+=", "")).distinct())
                .hasSize(3);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
                .isEqualTo("rw-------");
        assertThat(succeeds("postinst", "configure", "0.0.9")).isTrue();
        assertThat(secrets).hasContent(made);
    }

    /** Empty secrets would be those of each such machine. */
    @Test
    void installation_that_finds_no_random_bytes_fails_and_the_next_one_makes_the_secrets() throws Exception {
        program("head", "exit 1");
        assertThat(succeeds("postinst", "configure", "")).isFalse();
        assertThat(secrets).doesNotExist();
        Files.delete(system.resolve("bin/head"));
        assertThat(succeeds("postinst", "configure", "")).isTrue();
        assertThat(secrets).isNotEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postinst configure 0.0.9", "prerm remove", "postrm remove", "postrm purge"})
    void unit_that_is_masked_stops_neither_an_upgrade_nor_a_removal(String call) throws Exception {
        program("systemctl", "echo called; exit 1");
        List<String> words = List.of(call.split(" ", -1));
        assertThat(succeeds(words.get(0), words.subList(1, words.size()).toArray(String[]::new)))
                .isTrue();
    }

    /** The keys of passwords are made of the secret: without it, what stays would be worth less. */
    @Test
    void purge_leaves_what_users_wrote_with_its_secrets_and_else_nothing() throws Exception {
        assertThat(succeeds("postinst", "configure", "")).isTrue();
        Path written = Files.createDirectories(system.resolve("var/lib/portcullis/store"));
        assertThat(succeeds("postrm", "purge")).isTrue();
        assertThat(written).exists();
        assertThat(configuration).isDirectoryContaining("glob:**/environment");
        assertThat(configuration.resolve("node.json")).doesNotExist();

        Files.delete(written);
        Files.delete(written.getParent());
        assertThat(succeeds("postrm", "purge")).isTrue();
        assertThat(configuration).doesNotExist();
    }

    private void program(String name, String does) throws IOException {
        Path file = Files.writeString(system.resolve("bin").resolve(name), "#!/bin/sh\n" + does + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private boolean succeeds(String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ENTER, system.toString()));
        command.add(SCRIPTS.resolve(script).toAbsolutePath().toString());
        command.addAll(List.of(arguments));
        try (Program run = Program.start(printed, command, Map.of())) {
            return run.hasSucceeded();
        }
    }
}
