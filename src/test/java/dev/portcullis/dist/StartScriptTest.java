package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script that starts the program of a package, with a runtime that only says what it was given. */
class StartScriptTest {
    private static final Path SCRIPT = Path.of("src/dist/tarball/bin/portcullis");

    @TempDir
    Path folder;

    private Path app;

    @BeforeEach
    void install() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "sh");
        app = folder.resolve("a b$HOME'\";*");
        Path java = app.resolve("runtime/bin/java");
        Files.createDirectories(java.getParent());
        Files.createDirectories(app.resolve("bin"));
        Files.copy(SCRIPT, app.resolve("bin/portcullis"));
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        for (Path each : List.of(java, app.resolve("bin/portcullis"))) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        app = app.toRealPath();
    }

    private List<String> started(Path from, String... command) throws Exception {
        Path printed = folder.resolve("printed");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(from.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().put("PORTCULLIS_JAVA_OPTS", "-Da=* -Db=/*");
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return Files.readAllLines(printed);
    }

    private List<String> expected(String... arguments) {
        List<String> options = List.of(
                "@" + app + "/lib/jvm.options",
                "-Djava.library.path=" + app + "/lib",
                "-Da=*",
                "-Db=/*",
                "-jar",
                app + "/lib/portcullis.jar");
        return Stream.concat(options.stream(), List.of(arguments).stream()).toList();
    }

    @Test
    void program_in_a_folder_with_an_odd_name_is_started_by_its_path_and_by_links() throws Exception {
        Path first = Files.createSymbolicLink(
                folder.resolve("first"),
                folder.relativize(folder.resolve(app.getFileName())).resolve("bin/portcullis"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), first);

        assertThat(started(folder, app.resolve("bin/portcullis").toString(), "run", "-c", "a b"))
                .isEqualTo(expected("run", "-c", "a b"));
        assertThat(started(folder, second.toString(), "*")).isEqualTo(expected("*"));
    }

    /** Names of files are bytes, and this JVM may not be able to name such a folder: a shell does. */
    @ParameterizedTest
    @CsvSource({"u, C, C", "\\303\\274, C, C.UTF-8", "\\303\\274, '', C.UTF-8", "\\303\\274, de_DE.utf8, de_DE.utf8"})
    void locale_says_how_a_folder_beyond_ascii_is_named(String name, String locale, String expected) throws Exception {
        Files.writeString(app.resolve("runtime/bin/java"), "#!/bin/sh\necho \"<$LC_ALL>\"\n");
        String moved = "to=$1/$(printf '" + name + "') && mv \"$0\" \"$to\" && LC_ALL=" + locale
                + " exec \"$to/bin/portcullis\"";
        assertThat(started(
                        folder,
                        "env",
                        "-u",
                        "LANG",
                        "-u",
                        "LC_CTYPE",
                        "sh",
                        "-c",
                        moved,
                        app.toString(),
                        folder.toString()))
                .containsExactly("<" + expected + ">");
    }

    @Test
    void script_that_is_given_to_a_shell_by_its_name_alone_finds_its_folder() throws Exception {
        assertThat(started(app.resolve("bin"), "sh", "portcullis", "--version")).isEqualTo(expected("--version"));
    }
}
