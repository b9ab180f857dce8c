package dev.portcullis.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socketio.EngineClient.Polled;
import dev.portcullis.edge.socketio.EngineClient.Socket;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How operators see by which way a client is connected. */
class TransportKindIT {
    private static final String KEY = "a key for operators";

    @Test
    void client_is_listed_with_its_transport() {
        try (TestNode node = TestNode.start("socketio.enabled=true", "admin.apiKey=" + KEY);
                ChatPeer ann = node.enter("ann")) {
            EngineClient clients = new EngineClient(node);
            Polled polling = clients.polled();
            polling.post("40" + new JsonObject().put("token", node.token("ben")));
            Socket upgraded = clients.socket();
            upgraded.send("40" + new JsonObject().put("token", node.token("cleo")));
            assertThat(Await.until(() -> transports(node)
                            .equals(Map.of("ann", "websocket", "ben", "socketio_polling", "cleo", "socketio"))))
                    .as(() -> transports(node).toString())
                    .isTrue();
            assertThat(ann.isOpen()).isTrue();
        }
    }

    private static Map<String, String> transports(TestNode node) {
        try {
            HttpRequest request = HttpRequest.newBuilder(node.admin("/admin/connections"))
                    .header("Authorization", "Bearer " + KEY)
                    .build();
            return new JsonObject(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.ofString())
                            .body())
                    .getJsonArray("connections").stream()
                            .map(JsonObject.class::cast)
                            .collect(Collectors.toMap(
                                    each -> each.getString("userId"), each -> each.getString("transport")));
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
