package dev.portcullis.edge.socketio;

import static dev.portcullis.edge.socketio.EngineClient.emit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socketio.EngineClient.Polled;
import dev.portcullis.edge.socketio.EngineClient.Socket;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** With a server of Socket.IO, an application's handler of connections joins the room before the client learns that it is connected. */
class DefaultRoomIT {
    @Test
    void client_is_told_in_one_payload_that_it_is_connected_and_in_the_room() {
        try (TestNode node = nodeWith("lobby")) {
            Polled client = new EngineClient(node).polled();
            client.post("40" + new JsonObject().put("token", node.token("ann")));
            List<String> packets = EngineClient.packets(client.poll());
            assertThat(packets).hasSize(3);
            assertThat(packets.get(0)).startsWith("40{\"sid\":\"");
            assertThat(names(packets.subList(1, 3))).containsExactly("auth_success", "joined");
        }
    }

    @Test
    void client_that_has_just_connected_gets_what_is_said_from_then_on() {
        try (TestNode node = nodeWith("lobby")) {
            EngineClient clients = new EngineClient(node);
            Socket writer = connected(clients, node, "writer");
            for (int i = 0; i < 30; i++) {
                Socket reader = connected(clients, node, "reader" + i);
                writer.send(emit("send-message", new JsonObject().put("message", "for " + i)));
                assertThat(reader.event("receive-message").getString("message")).isEqualTo("for " + i);
                reader.close();
            }
        }
    }

    @Test
    void client_that_may_not_join_the_room_is_connected_without_it() {
        try (TestNode node = nodeWith("closed")) {
            Socket socket = connected(new EngineClient(node), node, "ann");
            assertThat(names(List.of(socket.next()))).containsExactly("auth_success");
            socket.send("421[\"ping\"]");
            assertThat(socket.next()).startsWith("431[{\"type\":\"pong\"");
        }
    }

    /** It would wait in silence for messages of a room in which it is not. */
    @Test
    void client_that_can_t_join_the_room_for_now_learns_of_it() {
        try (TestNode node = nodeWith(
                "closed",
                "rooms.authorizer.http.url=http://127.0.0.1:" + FreePort.find() + "/",
                "rooms.authorizer.http.secret=" + "s".repeat(32))) {
            Socket socket = connected(new EngineClient(node), node, "ann");
            List<String> events = List.of(socket.next(), socket.next());
            assertThat(names(events)).containsExactly("auth_success", "error");
            assertThat(argument(events.get(1)).getMap())
                    .contains(Map.entry("reason", "unavailable"), Map.entry("roomId", "closed"));
        }
    }

    @Test
    void client_that_is_over_its_limit_when_it_connects_learns_of_it() {
        try (TestNode node = nodeWith("lobby", "ratelimit.actions={\"join\": 1}")) {
            EngineClient clients = new EngineClient(node);
            connected(clients, node, "ann");
            Socket second = connected(clients, node, "ann");
            assertThat(names(List.of(second.next(), second.next()))).containsExactly("auth_success", "rate_limited");
        }
    }

    private static Socket connected(EngineClient clients, TestNode node, String user) {
        Socket socket = clients.socket();
        assertThat(socket.next()).startsWith("0{");
        socket.send("40" + new JsonObject().put("token", node.token(user)));
        assertThat(socket.next()).startsWith("40{");
        return socket;
    }

    private static TestNode nodeWith(String defaultRoom, String... sets) {
        return TestNode.generous(Stream.concat(Stream.of("socketio.defaultRoom=" + defaultRoom), Stream.of(sets))
                .toArray(String[]::new));
    }

    private static JsonObject argument(String event) {
        return new JsonArray(event.substring(2)).getJsonObject(1);
    }

    private static List<String> names(List<String> events) {
        return events.stream()
                .map(event -> new JsonArray(event.substring(2)).getString(0))
                .toList();
    }
}
