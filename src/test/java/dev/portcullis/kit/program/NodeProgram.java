package dev.portcullis.kit.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Scripts in Node.js. */
public final class NodeProgram {
    /** Node.js 20 has a WebSocket behind this option, later ones have it without. */
    private static final List<String> NODE = List.of("node", "--experimental-websocket", "--no-warnings");

    private NodeProgram() {}

    /** Leaves the test out, visibly, where there is no Node.js. */
    public static void assumeInstalled() {
        assumeTrue(
                Program.succeeds(
                        "node", NODE.get(1), "--eval", "process.exit(typeof WebSocket === 'function' ? 0 : 1)"),
                "not installed: Node.js from 20.10 on, so what needs it is not tried");
    }

    /** @param folder for its output */
    public static Program start(Path folder, Path script, Map<String, String> environment) {
        return start(folder, List.of(script.toString()), environment);
    }

    /** Runs a file of tests for {@code node:test}, all of which pass, and returns what was printed. */
    public static String passTests(Path folder, Path tests, Map<String, String> environment) throws Exception {
        assumeInstalled();
        List<String> arguments = List.of("--test", "--test-reporter=spec", tests.toString());
        try (Program program = start(folder, arguments, environment)) {
            String printed = program.succeeded();
            assertThat(printed).contains("fail 0").doesNotContain("pass 0");
            return printed;
        }
    }

    private static Program start(Path folder, List<String> arguments, Map<String, String> environment) {
        return Program.start(
                folder, Stream.concat(NODE.stream(), arguments.stream()).toList(), environment);
    }
}
