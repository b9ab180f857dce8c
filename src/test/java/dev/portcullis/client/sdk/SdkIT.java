package dev.portcullis.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.PrivateAuthority;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JavaScript client in Node.js and in a browser, where they are installed. */
class SdkIT {
    private static final Path TESTS = Path.of("src/test/resources/dev/portcullis/sdk");
    private static final Path SDK = Path.of("src/main/resources/webroot/sdk/portcullis.js");
    private static final Path SCHEMAS = Path.of("src/main/resources/dev/portcullis/protocol/codec/schemas");

    /** Node.js 20 has a WebSocket behind this option, later ones have it without. */
    private static final List<String> NODE = List.of("node", "--experimental-websocket", "--no-warnings");

    @TempDir
    Path folder;

    private Path output;

    @BeforeEach
    void setUp() {
        output = folder.resolve("output.txt");
    }

    @Test
    void client_on_nodejs_passes_every_frame_close_code_and_fault_of_a_scripted_server() throws Exception {
        assumeNode();
        assertPasses("sdk.test.mjs", Map.of());
    }

    @Test
    void client_on_nodejs_trusts_only_certificates_that_are_verified() throws Exception {
        assumeNode();
        PrivateAuthority authority = PrivateAuthority.in(folder);
        PrivateAuthority.Issued issued = authority.issueFor("localhost");
        assertPasses(
                "tls.test.mjs",
                Map.of(
                        "CA", authority.certificate().toString(),
                        "CERT", issued.certificate().toString(),
                        "KEY", issued.key().toString()));
    }

    @Test
    void users_on_nodejs_talk_through_cuts_restarts_and_expiry() throws Exception {
        assumeNode();
        try (SdkStage stage = new SdkStage(folder.resolve("store"))) {
            List<String> command = new ArrayList<>(NODE);
            command.add(TESTS.resolve("runner.mjs").toString());
            Process process = start(command, Map.of("URL_OF_SERVER", stage.url(), "CONTROL", stage.control()));
            assertEachPassed(stage, process);
        }
    }

    @Test
    void users_in_a_browser_talk_through_cuts_restarts_and_expiry() throws Exception {
        assumeTrue(runs(List.of("chromium", "--version")), "not installed: chromium, so the client is not tried in it");
        try (SdkStage stage = new SdkStage(folder.resolve("store"))) {
            List<String> command = List.of(
                    "chromium",
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--no-first-run",
                    "--remote-debugging-port=0", // without it the browser ends when the page is loaded
                    "--user-data-dir=" + folder.resolve("profile"),
                    stage.control() + "/");
            assertEachPassed(stage, start(command, Map.of()));
        }
    }

    private void assertEachPassed(SdkStage stage, Process process) throws Exception {
        try {
            var unused = process.onExit().thenRun(() -> stage.ended(process.exitValue()));
            JsonObject results = stage.results();
            assertThat(results.getMap())
                    .as(this::said)
                    .hasSizeGreaterThan(8)
                    .allSatisfy(
                            (story, problem) -> assertThat(problem).as(story).isEqualTo(""));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        }
    }

    private void assertPasses(String file, Map<String, String> environment) throws Exception {
        List<String> command = new ArrayList<>(NODE);
        command.addAll(
                List.of("--test", "--test-reporter=spec", TESTS.resolve(file).toString()));
        Process process = start(command, environment);
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        assertThat(ended).as(this::said).isTrue();
        assertThat(process.exitValue()).as(this::said).isZero();
        assertThat(said()).contains("fail 0").doesNotContain("pass 0");
    }

    private Process start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("SDK", SDK.toAbsolutePath().toString());
        builder.environment().put("SCHEMAS", SCHEMAS.toAbsolutePath().toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String said() {
        try {
            return Files.readString(output);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private void assumeNode() throws Exception {
        List<String> check = new ArrayList<>(NODE);
        check.addAll(List.of("--eval", "process.exit(typeof WebSocket === 'function' ? 0 : 1)"));
        assumeTrue(runs(check), "not installed: Node.js from 20 on, so the client is not tried in it");
    }

    private boolean runs(List<String> command) throws Exception {
        try {
            return start(command, Map.of()).waitFor() == 0;
        } catch (IOException missing) { // there is no such command
            return false;
        }
    }
}
