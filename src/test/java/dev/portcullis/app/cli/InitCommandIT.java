package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.Main;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node starts with each kind of file that {@code init} writes. */
class InitCommandIT {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void place() {
        file = folder.resolve("node.json");
    }

    @Test
    void trial_of_all_defaults_admits_the_token_that_the_last_lines_tell_to_make() throws Exception {
        init("try\n\n\n\n");
        Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));
        assertThat(terminal.run(
                        "token", "-c", file.toString(), "--user", "ann", "--role", "member", "--rooms", "lobby"))
                .isZero();
        try (TestNode node = TestNode.start(file, Map.of());
                JdkPeer ann = JdkPeer.admitted(node.ws(), terminal.printed().strip())) {
            assertThat(ann.next("auth_success").getString("userId")).isEqualTo("ann");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server;https://chat.example.com;secret;proxy 127.0.0.1;data",
                "server;https://chat.example.com;accounts;chain.pem,key.pem;data"
            })
    void server_starts_with_its_answers(String answers) throws Exception {
        Files.copy(SelfSigned.any().certificate(), folder.resolve("chain.pem"));
        Files.copy(SelfSigned.any().key(), folder.resolve("key.pem"));
        init(answers.replace(';', '\n') + "\n");
        try (TestNode node = TestNode.start(file, Map.of())) {
            requireLive(node);
        }
    }

    @Test
    void first_node_of_a_cluster_starts_with_the_certificates_of_the_command_certs() throws Exception {
        assertThat(Terminal.of(Main.commands(Map.of(), config -> 0))
                        .run("certs", folder.resolve("made").toString(), "--nodes", "127.0.0.1"))
                .isZero();
        Files.move(folder.resolve("made/127.0.0.1"), folder.resolve("tls"));
        int port = FreePort.find();
        try (RedisProcess redis = RedisProcess.start()) {
            init("cluster 127.0.0.1\nhttps://chat.example.com\nsecret\nproxy 127.0.0.1\n" + redis.uri() + "\n");
            try (TestNode node = TestNode.start(
                    file,
                    Map.of(),
                    "cluster.port=" + port,
                    "cluster.bus.port=" + FreePort.find(),
                    "cluster.members=[\"127.0.0.1:" + port + "\"]")) {
                requireLive(node);
            }
        }
    }

    private static void requireLive(TestNode node) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(node.admin("/health/live")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void init(String lines) throws Exception {
        Path answers = Files.writeString(folder.resolve("answers"), lines);
        Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));
        assertThat(terminal.run("init", file.toString(), "--answers", answers.toString()))
                .as(terminal.printed() + terminal.errors())
                .isZero();
    }
}
