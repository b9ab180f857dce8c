package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Clients that write to each other directly, on one site. Each test has its own users. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class DirectPeers {
    static final int UNDELIVERED = 100;

    final HttpClient http = HttpClient.newHttpClient();
    TestServer node;
    int test;
    String ann;
    String ben;

    /** Starts the server for all tests. Anyone may write to anyone. */
    abstract TestServer site();

    @BeforeAll
    void open() {
        node = site();
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
        ann = "ann-" + test;
        ben = "ben-" + test;
    }

    /** All that comes up to the head, and with it at least one message. */
    static List<Long> messagesUpTo(ChatPeer peer, JsonObject greeting) {
        long head = greeting.getJsonObject("inbox").getLong("seq");
        List<Long> seqs = new ArrayList<>();
        do {
            seqs.add(peer.next("chat_message").getLong("seq"));
        } while (seqs.get(seqs.size() - 1) < head);
        return seqs;
    }

    final ChatPeer enter(String user) {
        ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(user));
        peer.next("auth_success");
        return peer;
    }

    static JsonObject write(ChatPeer from, String to, String content, String id) {
        return from.ask(message(to, content, id));
    }

    /** A frame's id has at most 64 characters. */
    static String key(String id) {
        return "k-" + id;
    }

    static JsonObject message(String to, String content, String id) {
        return new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", to)
                .put("content", content)
                .put("id", id);
    }

    /** Messages wait for ben; returns the ack of a message that the test needs no longer. */
    final JsonObject fill(int messages) {
        try (ChatPeer writer = enter(ann)) {
            for (int i = 0; i < messages; i++) {
                assertThat(write(writer, ben, "m" + i, "m" + i).getString("type"))
                        .isEqualTo("ack");
            }
        }
        try (ChatPeer peer = enter(ben)) {
            return peer.next("chat_message");
        }
    }

    final List<Long> waiting(String user) {
        try (ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(user))) {
            return messagesUpTo(peer, peer.next("auth_success"));
        }
    }

    final List<Long> resumed(String user, JsonObject inbox) {
        try (ChatPeer peer = JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of())) {
            peer.send(new JsonObject()
                    .put("type", "auth")
                    .put("token", node.token(user))
                    .put("resume", new JsonObject().put("inbox", inbox)));
            return messagesUpTo(peer, peer.next("auth_success"));
        }
    }

    /** The first message that comes is one that is sent later. */
    final void assertNothingWaits(String user) {
        try (ChatPeer peer = enter(user)) {
            write(peer, user, "sent last", "last");
            assertThat(peer.next("chat_message").getString("content")).isEqualTo("sent last");
        }
    }
}
