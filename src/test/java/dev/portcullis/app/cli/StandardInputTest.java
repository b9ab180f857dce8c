package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.program.Program;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardInputTest {
    private static final InputStream GIVEN = new ByteArrayInputStream(new byte[] {'x'});

    @TempDir
    Path folder;

    @Test
    void file_of_the_jvm_is_an_empty_input() throws Exception {
        Path jvm = Files.createDirectory(folder.toRealPath().resolve("jvm"));
        Path link = Files.createSymbolicLink(folder.resolve("0"), jvm.resolve("lib/modules"));

        assertThat(StandardInput.open(link, jvm, GIVEN)).isEmpty();
    }

    @Test
    void what_the_caller_gives_is_read() throws Exception {
        Path jvm = Files.createDirectory(folder.resolve("jvm"));
        Path pipe = Files.createSymbolicLink(folder.resolve("0"), Path.of("pipe:[4711]"));
        Path file = Files.createSymbolicLink(folder.resolve("1"), folder.resolve("token.txt"));

        assertThat(StandardInput.open(pipe, jvm, GIVEN)).isSameAs(GIVEN);
        assertThat(StandardInput.open(file, jvm, GIVEN)).isSameAs(GIVEN);
        assertThat(StandardInput.open(folder.resolve("absent"), jvm, GIVEN))
                .as("a system without such links")
                .isSameAs(GIVEN);
    }

    /** The JVM crashed where such an input was read and closed. */
    @Test
    void token_check_with_a_closed_input_says_that_there_is_no_token() throws Exception {
        assertThat(printedWithClosedInput("token", "check", "-c", "conf/dev.json"))
                .startsWith("there is no token; write it to the standard input, or name its --file")
                .endsWith("exit 2\n");
    }

    @Test
    void chat_with_a_closed_input_ends_with_a_line_and_types_nothing() throws Exception {
        assertThat(printedWithClosedInput("chat", "ws://127.0.0.1:1/ws", "-c", "conf/dev.json", "--user", "ann"))
                .as("no server listens there")
                .hasLineCount(2)
                .endsWith("exit 1\n");
    }

    private String printedWithClosedInput(String... command) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                "sh",
                "-c",
                "\"$@\" <&-; echo exit $?",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.portcullis.app.Main"));
        line.addAll(List.of(command));
        try (Program running = Program.start(folder, line, Map.of())) {
            return running.succeeded();
        }
    }
}
