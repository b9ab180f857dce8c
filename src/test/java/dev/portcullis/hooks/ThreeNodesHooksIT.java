package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.ThreeNodes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three nodes deliver from the same outboxes. */
@ExtendWith(VertxExtension.class)
class ThreeNodesHooksIT {
    private static final String ROOM = "room:lobby";
    private static final int MESSAGES = 60;

    @Test
    void events_of_clients_of_all_nodes_are_told_once_and_in_the_order_of_their_room(Vertx vertx) throws Exception {
        try (Receiver receiver = new Receiver(vertx);
                ThreeNodes nodes = new ThreeNodes(
                        "hooks.http.url=" + receiver.url(),
                        "hooks.http.secret=" + Receiver.SECRET,
                        "hooks.batch=5",
                        "hooks.pollMs=20")) {
            List<JdkPeer> peers = new ArrayList<>();
            for (String user : List.of("ann", "ben", "cem")) {
                JdkPeer peer = nodes.enter(user, "lobby");
                peer.join("lobby");
                peers.add(peer);
            }
            receiver.await(ROOM, 3);
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(peers.get(i % 3).say("lobby", "text " + i, "m" + i).getString("type"))
                        .isEqualTo("ack");
            }
            assertThat(receiver.await(ROOM, 3 + MESSAGES).stream()
                            .skip(3)
                            .map(event -> event.getJsonObject("data").getLong("seq")))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, MESSAGES)
                            .mapToObj(Long::valueOf)
                            .toList());
            peers.forEach(JdkPeer::close);
            receiver.await(ROOM, 3 + MESSAGES + 3);
            for (String user : List.of("ann", "ben", "cem")) {
                assertThat(receiver.await("user:" + user, 2))
                        .extracting(event -> event.getString("type"))
                        .containsExactly("session.opened", "session.closed");
            }
            assertThat(receiver.taken().stream().map(ThreeNodesHooksIT::id))
                    .as("no application failed")
                    .doesNotHaveDuplicates();
        }
    }

    private static String id(JsonObject event) {
        return event.getString("id");
    }
}
