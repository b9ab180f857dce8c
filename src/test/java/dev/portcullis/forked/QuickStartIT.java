package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.FreePort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick start of the README: a server with {@code conf/dev.json}, and two terminals. */
class QuickStartIT {
    private static final long PATIENCE_SECONDS = 180;

    @TempDir
    Path clone;

    private final int port = FreePort.find();
    private Path config;
    private JarProcess server;
    private JarProcess alice;
    private JarProcess bob;

    @BeforeEach
    void open() throws Exception {
        config = Files.createDirectory(clone.resolve("conf")).resolve("dev.json");
        Files.copy(Path.of("conf/dev.json"), config);
        server = serve();
        alice = chat("alice");
        bob = chat("bob");
        reads(alice, "-- in lobby");
        reads(bob, "-- in lobby");
    }

    @AfterEach
    void close() {
        List.of(server, alice, bob).forEach(JarProcess::close);
    }

    @Test
    void chats_whose_server_is_killed_and_started_again_have_missed_nothing() throws Exception {
        alice.type("before the kill");
        reads(alice, "#1 kept after");
        reads(bob, "alice: before the kill");
        server.kill();
        reads(alice, "-- connection lost");
        reads(bob, "-- connection lost");
        alice.type("into the void");
        server = serve();

        reads(alice, "-- back in lobby, nothing was missed");
        reads(bob, "-- back in lobby, nothing was missed");
        reads(alice, "#2 kept after");
        reads(bob, "alice: into the void");
        bob.type("and after");
        reads(alice, "bob: and after");
        assertThat(alice.out().lines()).noneMatch(line -> line.startsWith("!!"));
        assertThat(bob.out().lines()).noneMatch(line -> line.startsWith("!!"));
    }

    private JarProcess serve() throws Exception {
        JarProcess process = JarProcess.start(
                Map.of(), ForkedNode.arguments(config, "http.port=" + port, "admin.port=0", "drain.windowMs=0"));
        assertThat(process.out().await(line -> line.contains("is ready"), PATIENCE_SECONDS))
                .as("%s", process.err().lines())
                .isPresent();
        return process;
    }

    private JarProcess chat(String user) {
        return JarProcess.start(
                Map.of(), List.of("chat", "ws://localhost:" + port + "/ws", "-c", config.toString(), "--user", user));
    }

    private static void reads(JarProcess chat, String text) throws InterruptedException {
        assertThat(chat.out().await(line -> line.contains(text), PATIENCE_SECONDS))
                .as("%s in %s %s", text, chat.out().lines(), chat.err().lines())
                .isPresent();
    }
}
