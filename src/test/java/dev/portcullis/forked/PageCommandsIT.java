package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.program.Program;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the commands of pages as they stand there, in a folder that looks like a clone that was built. */
class PageCommandsIT {
    @TempDir
    Path folder;

    @BeforeEach
    void build() throws IOException {
        for (String part : List.of("target", "conf", "src")) {
            Files.createSymbolicLink(folder.resolve(part), Path.of(part).toAbsolutePath());
        }
    }

    @ParameterizedTest
    @MethodSource
    void block_that_needs_no_node_runs(PageBlock block) throws Exception {
        assumeTrue(Program.succeeds("openssl", "version"), "openssl is not installed");
        block.succeeds(folder, Map.of());
    }

    static List<PageBlock> block_that_needs_no_node_runs() {
        List<PageBlock> blocks = PageBlock.marked("run");
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(4);
        return blocks;
    }

    /** One after the other, since an account that one of them registers logs in with another. */
    @Test
    void blocks_for_a_node_of_development_run() throws Exception {
        assumeTrue(Program.succeeds("curl", "--version"), "curl is not installed");
        List<PageBlock> blocks = PageBlock.marked("run: with a node");
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(6);
        int port = FreePort.find();
        int admin = FreePort.find();
        try (JarProcess node = development(port, admin)) {
            assertThat(node.out().await(line -> line.contains("is ready"), 180))
                    .as(() -> node.err().lines().toString())
                    .isPresent();
            JsonObject tokens = registered(port);
            try (JdkPeer ann = JdkPeer.admitted(
                    URI.create("ws://localhost:" + port + "/ws"),
                    DevToken.of("ann").signed())) {
                Map<String, String> environment = Map.of(
                        "ID", ann.next("auth_success").getString("sessionId"),
                        "ACCESS_TOKEN", tokens.getString("accessToken"),
                        "REFRESH_TOKEN", tokens.getString("refreshToken"));
                for (PageBlock block : blocks) {
                    PageBlock moved = new PageBlock(
                            block.page(),
                            block.commands()
                                    .replace("localhost:8080", "localhost:" + port)
                                    .replace("localhost:9090", "localhost:" + admin)
                                    .replace(" bench ", " bench --url ws://localhost:" + port + "/ws "));
                    moved.succeeds(folder, environment);
                }
            }
        }
    }

    /** A node with the development configuration, in which only ports and folders are other ones. */
    private JarProcess development(int port, int admin) throws IOException {
        Files.delete(folder.resolve("conf"));
        Path config = Files.createDirectory(folder.resolve("conf")).resolve("dev.json");
        String written = Files.readString(Path.of("conf/dev.json"))
                .replace("\"port\": 8080", "\"port\": " + port)
                .replace("\"port\": 9090", "\"port\": " + admin);
        Files.writeString(config, written);
        return JarProcess.start(Map.of(), List.of("run", "-c", config.toString()));
    }

    /** What an account has whose answers the pages speak of. */
    private static JsonObject registered(int port) throws Exception {
        JsonObject account = new JsonObject()
                .put("username", "Bob")
                .put("email", "bob@example.org")
                .put("password", "Correct-horse-8")
                .put("refreshTokenIn", "body");
        HttpRequest register = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/auth/register"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(account.encode()))
                .build();
        return new JsonObject(HttpClient.newHttpClient()
                .send(register, BodyHandlers.ofString())
                .body());
    }
}
