package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code POST /admin/drain} is what SIGTERM is. */
class DrainCallIT {
    private static final String OPERATOR = "Bearer " + ForkedNode.API_KEY;

    /** The calls of the test are made meanwhile, also on a machine that pauses. */
    private static final long WINDOW_MS = 15_000;

    @TempDir
    Path folder;

    @Test
    void drain_of_an_operator_gives_clients_their_slots_and_ends_the_process() throws Exception {
        try (ForkedNode node = ForkedNode.generous(ForkedNode.configIn(folder), "drain.windowMs=" + WINDOW_MS);
                ChatPeer ann = node.enter("ann")) {
            assertThat(drain(node, "Bearer another-key-of-no-operator").statusCode())
                    .isEqualTo(401);
            assertThat(state(node)).isEqualTo("serving");

            HttpResponse<String> answer = drain(node, OPERATOR);
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.body()).isEmpty();
            assertThat(ann.next("server_draining").getLong("reconnectInMs")).isBetween(0L, WINDOW_MS);
            assertThat(drain(node, OPERATOR).statusCode()).as("a repeat").isEqualTo(202);
            assertThat(state(node)).isEqualTo("draining");
            node.awaitReadiness(503);

            assertThat(ann.ended()).isEqualTo(1012);
            JarProcess.ExitResult end = node.process().ended();
            assertThat(end.code()).isZero();
            assertThat(end.err())
                    .filteredOn(line -> line.contains("admin.drained"))
                    .hasSize(1);
            assertThat(end.err()).anyMatch(line -> line.contains("node.stop"));
        }
    }

    private static String state(ForkedNode node) throws Exception {
        return new JsonObject(
                        node.admin("/admin/stats", "Authorization", OPERATOR).body())
                .getString("state");
    }

    private static HttpResponse<String> drain(ForkedNode node, String authorization) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.adminPort() + "/admin/drain"))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", authorization)
                .POST(BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
