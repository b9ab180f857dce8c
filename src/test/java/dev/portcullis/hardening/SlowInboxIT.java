package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Four megabytes wait in an inbox, and its owner reads late with a bound of 64 KiB: what waits is no reason to close the
 * connection as too slow, nor is what is sent to it meanwhile.
 */
class SlowInboxIT {
    private static final String CONTENT = "😀".repeat(1_000);
    private static final int SENDERS = 10;
    private static final int EACH = 100;
    private static final int WAITING = SENDERS * EACH;
    private static final int MEANWHILE = 150;

    @Test
    void full_inbox_that_is_read_late_comes_once_and_in_order_and_live_messages_behind_it() throws IOException {
        try (TestNode node = TestNode.generous(
                "limits.outboxBytes=65536", "limits.queuedFrames=100", "streams.inbox.entries=2000")) {
            for (int sender = 0; sender < SENDERS; sender++) {
                send(node, "sender-" + sender, EACH);
            }
            try (RawPeer slow = slow(node)) {
                JsonObject greeting = slow.next("auth_success");
                assertThat(greeting.getJsonObject("inbox").getInteger("seq")).isEqualTo(WAITING);
                send(node, "late-1", MEANWHILE / 2); // more than may wait for a reader of live messages
                send(node, "late-2", MEANWHILE / 2);
                List<Long> seqs = new ArrayList<>();
                while (seqs.size() < WAITING + MEANWHILE) {
                    seqs.add(slow.next("chat_message").getLong("seq"));
                }
                assertThat(seqs)
                        .containsExactlyElementsOf(LongStream.rangeClosed(1, WAITING + MEANWHILE)
                                .boxed()
                                .toList());
                slow.text("{\"type\":\"ping\"}");
                slow.next("pong");
            }
        }
    }

    private static void send(TestNode node, String from, int messages) {
        try (ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(from))) {
            peer.next("auth_success");
            for (int i = 0; i < messages; i++) {
                assertThat(peer.ask(new JsonObject()
                                        .put("type", "chat_message")
                                        .put("recipientId", "ben")
                                        .put("content", CONTENT)
                                        .put("id", "m" + i))
                                .getString("type"))
                        .isEqualTo("ack");
            }
        }
    }

    /** Connects with a small receive buffer, and reads nothing but the answer to the upgrade. */
    private static RawPeer slow(TestNode node) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
        RawPeer peer = RawPeer.over(socket);
        Upgrade.of().withToken(node.token("ben")).from(peer);
        return peer;
    }
}
