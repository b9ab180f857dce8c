package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Clients in rooms, on one site. Each test has its own room. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class SignalPeers {
    TestServer node;
    private int test;
    String room;

    /** Starts the server for all tests. */
    abstract TestServer site();

    @BeforeAll
    void open() {
        node = site();
        room = "room-of-0";
        awaitSignals();
    }

    /** The stage learns of a new edge node a moment after that is ready. Until then it sends nothing there. */
    private void awaitSignals() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben");
                ChatPeer cleo = enter("cleo")) {
            List.of(ann, ben, cleo).forEach(each -> each.join(room));
            assertThat(Await.until(() -> {
                        typing(ann, false);
                        typing(ann, true);
                        return ben.hasHeard("typing_indicator") && cleo.hasHeard("typing_indicator");
                    }))
                    .isTrue();
        }
    }

    @AfterAll
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void setApart() {
        test++;
        room = "room-of-" + test;
    }

    final ChatPeer enter(String user) {
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(user, "room-of-*"));
        peer.next("auth_success");
        return peer;
    }

    final JsonObject presence(ChatPeer peer, Map<String, Object> page) {
        JsonObject frame =
                new JsonObject().put("type", "presence").put("roomId", room).put("id", "p");
        page.forEach(frame::put);
        JsonObject answer = peer.ask(frame);
        assertThat(answer.getString("type")).as("%s", answer).isEqualTo("presence");
        return answer;
    }

    final void typing(ChatPeer peer, boolean begins) {
        peer.send(new JsonObject()
                .put("type", "typing_indicator")
                .put("roomId", room)
                .put("isTyping", begins));
    }
}
