package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On one node with the embedded store. */
class ServerApiIT extends ServerApiContract {
    @Override
    Site site(String... settings) {
        TestNode node = TestNode.generous(settings);
        return new Site(node, node::admin, (user, role) -> node.token(user, role, Duration.ofMinutes(10)));
    }

    /** An application that got no answer does not know whether the node was restarted. */
    @Test
    void call_repeated_after_a_restart_of_the_node_has_the_first_answer(@TempDir Path folder) throws Exception {
        String[] settings = {"admin.apiKey=\"a-key-of-this-test-only\"", "store.path=\"" + folder + "\""};
        String first;
        try (TestNode node = TestNode.generous(settings)) {
            first = publish(node, "paid");
        }
        try (TestNode node = TestNode.generous(settings)) {
            assertThat(publish(node, "paid")).isEqualTo(first);
            assertThat(publish(node, "refunded")).contains("conflict");
            assertThat(new JsonObject(first).getLong("seq")).isEqualTo(1);
        }
    }

    private static String publish(TestNode node, String text) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(node.admin("/admin/rooms/lobby/messages"))
                                .header("Authorization", "Bearer a-key-of-this-test-only")
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", "order-4711")
                                .POST(BodyPublishers.ofString(
                                        new JsonObject().put("content", text).encode()))
                                .build(),
                        BodyHandlers.ofString());
        return response.body();
    }
}
