package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.SelfSigned;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start ends with a running node, or with one line that says what to fix. */
class StartIT {
    private static final long PATIENCE_SECONDS = 180;
    private static final Duration MOST_CPU = Duration.ofSeconds(10);
    private static final String FULL = ">/dev/full";

    @TempDir
    static Path running;

    private static ForkedNode node;
    private static long readyAfterMs;
    private static Duration readyAfterCpu;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        long began = System.nanoTime();
        node = ForkedNode.start(ForkedNode.configIn(running));
        readyAfterMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        readyAfterCpu = ProcessHandle.of(node.process().pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** A node is ready within 3 s on a quiet machine. On a busy one only the work of the start can be bounded. */
    @Test
    void node_is_ready_after_a_bounded_amount_of_work() {
        System.out.println("ready after " + readyAfterMs + " ms and " + readyAfterCpu.toMillis() + " ms of CPU");
        assertThat(readyAfterCpu).isLessThan(MOST_CPU);
    }

    /** A killed process can't clean up, so it must not create temporary files. */
    @Test
    void killed_node_leaves_no_temporary_file() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Map<String, String> environment = new HashMap<>(ForkedNode.ENVIRONMENT);
        environment.put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        try (JarProcess process = JarProcess.start(environment, ForkedNode.arguments(ForkedNode.configIn(folder)))) {
            assertThat(process.out().await(line -> line.startsWith("Portcullis "), PATIENCE_SECONDS))
                    .isPresent();
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void port_in_use_is_reported_in_one_line() throws Exception {
        Path config = ForkedNode.configIn(folder);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String key : List.of("http.port", "admin.port")) {
                assertThat(complaint(run(config, key + "=" + taken.getLocalPort())))
                        .startsWith("can't listen on 127.0.0.1:" + taken.getLocalPort())
                        .contains("in use")
                        .endsWith("set " + key);
            }
        }
    }

    @Test
    void second_process_on_a_store_is_refused_and_the_first_keeps_serving() throws Exception {
        assertThat(complaint(run(ForkedNode.configIn(running))))
                .contains(running.resolve("store").toString())
                .contains("in use by another process");
        try (ChatPeer ann = node.enter("ann")) {
            ann.join("lobby");
            assertThat(ann.say("lobby", "still here", "s1").getString("type")).isEqualTo("ack");
        }
    }

    /** The start is refused for another reason, because an expired certificate does not stop it. */
    @Test
    void expired_certificate_causes_a_warning_at_the_start() throws Exception {
        SelfSigned old = SelfSigned.expired(folder);
        JarProcess.ExitResult ended =
                run(ForkedNode.configIn(running), "tls.certificate=" + old.certificate(), "tls.key=" + old.key());
        assertThat(complaint(ended)).contains("in use by another process");
        assertThat(ended.err())
                .filteredOn(line -> line.contains("tls.certificate.untimely"))
                .singleElement()
                .asString()
                .contains("tls.certificate holds a certificate that expired on ");
    }

    @Test
    void unreadable_store_is_reported_in_one_line_and_not_changed() throws Exception {
        Path config = ForkedNode.configIn(folder);
        Path store = folder.resolve("store");
        Files.writeString(store, "a file, not a folder");
        assertThat(complaint(run(config))).contains(store.toString()).contains("store.path");
        assertThat(store).hasContent("a file, not a folder");

        Files.delete(store);
        Files.createDirectory(store);
        Files.writeString(store.resolve("CURRENT"), "garbage");
        assertThat(complaint(run(config))).contains(store.toString()).contains("backup");
        assertThat(store.resolve("CURRENT")).hasContent("garbage");

        Files.delete(store.resolve("CURRENT"));
        Files.writeString(store.resolve("letter.txt"), "dear");
        assertThat(complaint(run(config))).contains(store.toString()).contains("other files");
        assertThat(store.resolve("letter.txt")).hasContent("dear");
    }

    @Test
    void all_problems_of_a_configuration_are_reported_at_once() throws Exception {
        Path config = ForkedNode.configIn(folder);
        JarProcess.ExitResult ended = run(config, "http.port=70000", "orgin.allowed=[]", "drain.windowMs=soon");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("http.port: "))
                .anyMatch(line -> line.startsWith("orgin: ") && line.contains("did you mean origin"))
                .anyMatch(line -> line.startsWith("drain.windowMs: "));
        JarProcess.ExitResult checked = JarProcess.run(
                ForkedNode.ENVIRONMENT, "config", "check", "-c", config.toString(), "--set", "http.port=70000");
        assertThat(checked.code()).isEqualTo(1);
        assertThat(checked.out()).singleElement().asString().startsWith("http.port: ");
    }

    @Test
    void missing_secret_is_named_and_stops_the_start() throws Exception {
        JarProcess.ExitResult ended = JarProcess.run(
                Map.of("ADMIN_API_KEY", ForkedNode.API_KEY),
                "run",
                "-c",
                ForkedNode.configIn(folder).toString());
        assertThat(complaint(ended)).contains("JWT_SECRET");
    }

    @Test
    void unknown_command_exits_with_2() throws Exception {
        for (List<String> line : List.of(List.<String>of(), List.of("fly"), List.of("run", "--fast"))) {
            JarProcess.ExitResult ended = JarProcess.run(line.toArray(String[]::new));
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err()).isNotEmpty().last().asString().contains("--help");
        }
    }

    @Test
    void help_and_version_are_printed_and_exit_with_0() throws Exception {
        JarProcess.ExitResult help = JarProcess.run("--help");
        assertThat(help.code()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(String.join("\n", help.out())).contains("run", "token", "config", "Exit codes");
        JarProcess.ExitResult version = JarProcess.run("--version");
        assertThat(version.code()).isZero();
        assertThat(version.out()).singleElement().asString().matches("portcullis \\d+\\.\\d+\\.\\d+\\S*");
    }

    /** With exit code 0 a script would continue without its output. */
    @ParameterizedTest
    @EnabledOnOs(OS.LINUX)
    @ValueSource(strings = {FULL, ">&-"})
    void unwritable_output_is_reported_in_one_line(String elsewhere) throws Exception {
        String config = running.resolve("node.json").toString();
        for (List<String> arguments : List.of(
                List.of("--version"),
                List.of("config", "print", "-c", config),
                List.of("token", "-c", config, "--user", "eve", "--role", "member"))) {
            try (JarProcess process = JarProcess.start(printing(elsewhere), ForkedNode.ENVIRONMENT, arguments)) {
                assertThat(complaint(process.ended())).startsWith("the output can't be written: ");
            }
        }
    }

    @ParameterizedTest
    @EnabledOnOs(OS.LINUX)
    @ValueSource(strings = {FULL, ">&-"})
    void node_whose_start_line_can_not_be_written_keeps_running(String elsewhere) throws Exception {
        int port = FreePort.find();
        List<String> arguments = ForkedNode.arguments(ForkedNode.configIn(folder), "http.port=" + port);
        try (JarProcess process = JarProcess.start(printing(elsewhere), ForkedNode.ENVIRONMENT, arguments)) {
            assertThat(process.err().await(line -> line.contains("\"node.start\""), PATIENCE_SECONDS))
                    .isPresent();
            try (ChatPeer ann = JdkPeer.admitted(URI.create("ws://127.0.0.1:" + port + "/ws"), node.token("ann"))) {
                ann.next("auth_success");
                assertThat(ann.join("lobby").getLong("seq")).isZero();
            }
            process.terminate();
            JarProcess.ExitResult ended = process.ended();
            assertThat(ended.code()).isZero();
            assertThat(ended.err()).noneMatch(line -> line.startsWith("the output"));
        }
    }

    /** Its warnings would be repeated with each of the starts that it tries, as those of another node each time. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void node_that_waits_for_redis_is_one_node_in_its_log_and_does_not_repeat_itself() throws Exception {
        try (ServerSocket redis = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            List<String> arguments = ForkedNode.arguments(
                    ForkedNode.configIn(folder),
                    "node.name=rack-7",
                    "store.kind=redis",
                    "store.path=null",
                    "store.redis.uri=redis://127.0.0.1:" + redis.getLocalPort());
            List<String> fewDescriptors = List.of("sh", "-c", "ulimit -n 2000; exec \"$@\"", "sh");
            try (JarProcess process = JarProcess.start(fewDescriptors, ForkedNode.ENVIRONMENT, arguments)) {
                for (int starts = 0; starts < 4; starts++) {
                    redis.accept().close();
                }
                List<JsonObject> lines = process.err().lines().stream()
                        .filter(line -> line.startsWith("{"))
                        .map(JsonObject::new)
                        .toList();
                assertThat(lines)
                        .extracting(line -> line.getString("event"))
                        .containsOnlyOnce("node.descriptors.few", "node.start.again");
                assertThat(lines)
                        .extracting(line -> line.getString("node"))
                        .allMatch(name -> name.matches("rack-7-[0-9a-z]{4}"))
                        .containsOnly(lines.get(0).getString("node"));
            }
        }
    }

    @Test
    void token_of_the_token_command_is_accepted_by_the_node() throws Exception {
        String config = running.resolve("node.json").toString();
        JarProcess.ExitResult made = JarProcess.run(
                ForkedNode.ENVIRONMENT,
                "token",
                "-c",
                config,
                "--user",
                "eve",
                "--role",
                "member",
                "--rooms",
                "team-*");
        assertThat(made.code()).isZero();
        assertThat(made.out()).hasSize(1);
        try (ChatPeer eve = JdkPeer.admitted(node.ws(), made.out().get(0))) {
            assertThat(eve.next("auth_success").getString("userId")).isEqualTo("eve");
            assertThat(eve.join("team-7").getLong("seq")).isZero();
        }
    }

    @Test
    void effective_configuration_is_printed_without_secrets() throws Exception {
        String config = running.resolve("node.json").toString();
        JarProcess.ExitResult checked = JarProcess.run(ForkedNode.ENVIRONMENT, "config", "check", "-c", config);
        assertThat(checked.code()).isZero();
        assertThat(checked.out()).first().asString().startsWith("ok: ");
        assertThat(checked.out().subList(1, checked.out().size()))
                .as("the exposures of this configuration, and nothing else")
                .allMatch(line -> line.startsWith("left open: "))
                .anyMatch(line -> line.endsWith("(tls.required)"))
                .anyMatch(line -> line.endsWith("(rooms.public)"));
        JarProcess.ExitResult printed = JarProcess.run(ForkedNode.ENVIRONMENT, "config", "print", "-c", config);
        assertThat(printed.code()).isZero();
        assertThat(String.join("\n", printed.out()))
                .contains("[REDACTED]", "windowMs")
                .doesNotContain(ForkedNode.SECRET, ForkedNode.API_KEY);
    }

    private static JarProcess.ExitResult run(Path config, String... sets) throws Exception {
        return JarProcess.run(
                ForkedNode.ENVIRONMENT, ForkedNode.arguments(config, sets).toArray(String[]::new));
    }

    private static List<String> printing(String elsewhere) {
        return List.of("sh", "-c", "exec \"$@\" " + elsewhere, "sh");
    }

    /** The line of a failed start. On a busy machine there may be warnings, too. */
    private static String complaint(JarProcess.ExitResult ended) {
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        List<String> said = new ArrayList<>(ended.err());
        said.removeIf(line -> line.contains("\"severity\":\"WARN\""));
        assertThat(said).hasSize(1);
        return said.get(0);
    }
}
