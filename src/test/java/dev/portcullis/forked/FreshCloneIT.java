package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line of the README that builds and starts a server, in a folder where nothing was built. */
@Tag("faults") // it compiles the server
class FreshCloneIT {
    @TempDir
    Path clone;

    @TempDir
    Path printed;

    @BeforeEach
    void fill() throws IOException {
        for (String part : List.of("pom.xml", "src", ".mvn")) {
            Files.createSymbolicLink(clone.resolve(part), Path.of(part).toAbsolutePath());
        }
        String config = Files.readString(Path.of("conf/dev.json"))
                .replace("\"port\": 8080", "\"port\": " + FreePort.find())
                .replace("\"port\": 9090", "\"port\": " + FreePort.find());
        Files.writeString(Files.createDirectory(clone.resolve("conf")).resolve("dev.json"), config);
    }

    @Test
    void line_of_the_readme_builds_and_starts_a_server() throws Exception {
        assumeTrue(Program.succeeds("mvn", "-v"), "mvn is not on the path");
        String line = Files.readString(Path.of("README.md"))
                .lines()
                .filter(each -> each.startsWith("mvn "))
                .findFirst()
                .orElseThrow();

        try (Program server = Program.startIn(clone, printed, List.of("bash", "-c", line), Map.of())) {
            assertThat(server.line(each -> each.contains(" is ready"), "the line of a started server"))
                    .contains("is ready");
        }
    }
}
