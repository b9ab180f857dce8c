package dev.portcullis.client.demo;

import dev.portcullis.kit.program.NodeProgram;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of the demo that need no browser, in Node.js. */
class DemoPartsIT {
    private static final Path TESTS = Path.of("src/test/resources/dev/portcullis/demo/demo.test.mjs");
    private static final Path DEMO = Path.of("src/main/resources/webroot/demo");

    @Test
    void parts_of_the_demo_pass_their_tests(@TempDir Path folder) throws Exception {
        NodeProgram.passTests(
                folder, TESTS, Map.of("DEMO", DEMO.toAbsolutePath().toString()));
    }
}
