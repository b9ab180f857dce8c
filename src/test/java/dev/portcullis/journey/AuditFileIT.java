package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.Main;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit file of a whole node, over restarts, as an operator and an auditor see it. */
class AuditFileIT {
    private static final String KEY = "0123456789abcdef";

    @TempDir
    Path folder;

    @Test
    void what_clients_and_operators_did_is_in_a_chain_that_redis_proves() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            for (int run = 0; run < 2; run++) {
                try (TestNode node = node(redis)) {
                    try (JdkPeer peer = JdkPeer.admitted(node.ws(), node.token("ann"))) {
                        assertThat(revoke(node)).isEqualTo(204);
                        assertThat(peer.isOpen()).isTrue();
                    }
                    assertThat(Await.until(() -> page(node).contains("\"event\":\"admin.revoked\"")))
                            .isTrue();
                }
            }
            assertThat(verify(redis)).contains("nothing is wrong", "end proven by the store");

            Path file = files().get(0);
            List<String> lines = Files.readAllLines(file);
            assertThat(lines).anyMatch(line -> line.contains("\"event\":\"admin.revoked\""));
            assertThat(lines)
                    .filteredOn(line -> line.contains("\"event\":\"node.start\""))
                    .hasSize(2);
            assertThat(lines)
                    .filteredOn(line -> line.contains("\"event\":\"node.stop\""))
                    .hasSize(2);
            assertThat(lines)
                    .filteredOn(line -> line.contains("\"event\":\"ws.disconnect\""))
                    .hasSize(2);
            assertThat(String.join("", lines)).contains("\"ip\":\"p-").doesNotContain("127.0.0.1");

            Files.write(file, lines.subList(0, lines.size() - 1));
            assertThat(verify(redis)).contains("truncated: the store knows " + lines.size() + " lines");
        }
    }

    @Test
    void node_that_can_not_write_is_not_ready_where_the_operator_wants_it_so() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestNode node = node(redis)) {
            assertThat(ready(node)).contains("\"audit\":\"up\"");
            Path away = folder.resolve("away");
            Files.move(folder.resolve("audit"), away);

            assertThat(Await.until(() -> ready(node).contains("\"audit\":\"down\"")))
                    .isTrue();

            Files.move(away, folder.resolve("audit"));
            assertThat(Await.until(() -> ready(node).contains("\"audit\":\"up\"")))
                    .isTrue();
        }
    }

    private TestNode node(RedisProcess redis) {
        return TestNode.steady(
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "admin.apiKey=" + KEY,
                "audit.file.path=" + folder.resolve("audit"),
                "audit.file.chain=node-a",
                "audit.file.onFailure=unready",
                "audit.pseudonymise=addresses",
                "audit.pseudonymSecret=a secret of the operator");
    }

    private List<Path> files() throws Exception {
        try (var all = Files.list(folder.resolve("audit"))) {
            return all.filter(each -> each.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        }
    }

    private String verify(RedisProcess redis) throws Exception {
        StringWriter out = new StringWriter();
        Path config = Files.writeString(
                folder.resolve("verify.json"),
                Files.readString(Path.of("conf/dev.json"))
                        .replaceFirst(
                                "\"store\": \\{[^}]*}",
                                "\"store\": {\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}"));
        Main.commands(Map.of(), source -> 0)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(
                        "audit",
                        "verify",
                        folder.resolve("audit").toString(),
                        "--key",
                        folder.resolve("audit/audit.pub").toString(),
                        "--config",
                        config.toString());
        return out.toString();
    }

    private static int revoke(TestNode node) throws Exception {
        return send(HttpRequest.newBuilder(node.admin("/admin/revocations"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"userId\":\"bob\"}")))
                .statusCode();
    }

    private static String page(TestNode node) {
        return body(node, "/admin/audit?limit=1000");
    }

    private static String ready(TestNode node) {
        return body(node, "/health/ready");
    }

    private static String body(TestNode node, String path) {
        try {
            return send(HttpRequest.newBuilder(node.admin(path))).body();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient()
                .send(request.header("Authorization", "Bearer " + KEY).build(), BodyHandlers.ofString());
    }
}
