package dev.portcullis.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.program.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The programs of {@code src/docs/examples}, as a stranger would start them. */
final class Examples {
    static final Path FOLDER = Path.of("src/docs/examples").toAbsolutePath();

    private Examples() {}

    /**
     * @param temporary for its output
     * @param directory of the example
     */
    static Program start(Path temporary, String directory, List<String> command, Map<String, String> environment) {
        return Program.startIn(FOLDER.resolve(directory), temporary, command, environment);
    }

    /** Leaves the test out, visibly, where the command does not succeed. */
    static void assumeInstalled(String what, String... command) {
        assumeTrue(Program.succeeds(command), "not installed: " + what + ", so its example is not tried");
    }
}
