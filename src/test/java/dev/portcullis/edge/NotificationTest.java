package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an admin says to all, on a node whose store and lanes a test can stop. */
class NotificationTest {
    private static final StreamWindow KEPT = new StreamWindow(5, 600_000);

    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void node_that_is_slow_tells_its_sessions_later_once_and_in_order() throws Exception {
        List<JdkPeer> peers =
                IntStream.range(0, 6).mapToObj(i -> node.enter("user-" + i)).toList();
        JdkPeer gone = node.enter("gone");
        node.lanes.hold();
        append("one");
        append("two");
        gone.close();
        JdkPeer anonymous = JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of());
        node.lanes.release();
        for (JdkPeer peer : peers) {
            assertThat(peer.next("notification").getString("content")).isEqualTo("one");
            assertThat(peer.next("notification").getString("content")).isEqualTo("two");
        }
        append("three");
        for (JdkPeer peer : peers) {
            assertThat(peer.next("notification").getString("content")).isEqualTo("three");
        }
        assertThat(anonymous.hasHeard("notification")).isFalse();
        assertThat(Await.until(() -> node.memory.used() == 0))
                .as("the shared frames are released")
                .isTrue();
    }

    @Test
    void node_that_missed_some_goes_on_with_those_that_are_kept() throws Exception {
        JdkPeer peer = node.enter("ann");
        node.lanes.hold();
        for (int i = 0; i < 8; i++) {
            append("n" + i);
        }
        node.lanes.release();
        for (int i = 3; i < 8; i++) {
            assertThat(peer.next("notification").getString("content")).isEqualTo("n" + i);
        }
    }

    @Test
    void frame_of_an_admin_is_refused_without_the_right_and_without_the_store() {
        JdkPeer admin = node.enter("root", Role.ADMIN);
        JsonObject tell = new JsonObject().put("type", "system_broadcast").put("content", "hi");
        admin.send(tell.copy().put("id", "a"));
        assertThat(admin.next("ack").getString("id")).isEqualTo("a");
        JdkPeer member = node.enter("ann");
        member.send(tell);
        assertThat(member.next("error").getString("reason")).isEqualTo("forbidden");
        node.streams.holdAppends(append -> append.stream().equals(StreamName.notifications()));
        admin.send(tell.copy().put("id", "b"));
        assertThat(admin.next("error").getString("reason")).isEqualTo("unavailable");
    }

    private void append(String content) throws Exception {
        node.streams
                .append(new AppendRequest(
                        StreamName.notifications(),
                        KEPT,
                        System.currentTimeMillis(),
                        DeliveredMessage.notificationBody("info", content, 1),
                        Optional.empty(),
                        Optional.empty(),
                        Long.MAX_VALUE))
                .await(30, TimeUnit.SECONDS);
    }
}
