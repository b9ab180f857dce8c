package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.codec.ServerFrame;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sent before its close frame is handled as if it stayed, unless this server ends the connection first. */
class LeavingClientTest {
    private static final int CLOSE = 0x88;
    private static final int BINARY = 0x82;
    private static final byte[] NORMAL = {3, (byte) 232};

    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final List<Promise<FrameOutcome>> outcomes = new CopyOnWriteArrayList<>();
    private ScriptedEdge edge;

    @BeforeEach
    void open() throws Exception {
        edge = new ScriptedEdge();
        edge.path((from, utf8) -> {
            Promise<FrameOutcome> outcome = Promise.promise();
            outcomes.add(outcome);
            handled.add(new String(utf8, StandardCharsets.UTF_8));
            return outcome.future();
        });
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    /** Twenty are more than may wait, so the last are not even decoded when the first is handled. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20})
    void frames_before_the_close_frame_are_answered_in_order_and_then_the_close_frame(int frames) throws Exception {
        try (RawPeer peer = edge.slow()) {
            leave(peer, frames);
            for (int i = 0; i < frames; i++) {
                awaitHandled(i + 1);
                answer(i);
            }
            Ending end = peer.ending();
            assertThat(end.words()).extracting(each -> each.getString("id")).containsExactlyElementsOf(names(frames));
            assertThat(end.code()).isEqualTo(1000);
            assertThat(handled).isEqualTo(names(frames));
            assertThat(peer.isCutOff()).isTrue();
            assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
        }
    }

    /** As many as may wait and two: the last is read when the others are answered, often together with the close frame. */
    @Test
    void close_frame_that_is_read_with_the_last_frame_waits_for_its_answer() throws Exception {
        int frames = ScriptedEdge.SOCKET.queuedFrames() + 2;
        for (int i = 0; i < 60; i++) {
            handled.clear();
            outcomes.clear();
            try (RawPeer peer = edge.slow()) {
                leave(peer, frames);
                for (int frame = 0; frame < frames; frame++) {
                    awaitHandled(frame + 1);
                    answer(frame);
                }
                assertThat(peer.ending().words()).hasSize(frames);
            }
        }
    }

    @Test
    void close_frame_without_frames_in_hand_is_answered_at_once() throws Exception {
        try (RawPeer peer = edge.slow()) {
            peer.frame(CLOSE, NORMAL);
            assertThat(peer.closeCode()).isEqualTo(1000);
            assertThat(handled).isEmpty();
        }
    }

    @Test
    void client_whose_session_ends_while_it_leaves_gets_nothing_more_handled() throws Exception {
        try (RawPeer peer = edge.slow()) {
            leave(peer, 3);
            awaitHandled(1);
            edge.onLoop(() -> {
                edge.open.get(0).close(CloseCode.REVOKED);
                return true;
            });
            assertThat(peer.closeCode()).isEqualTo(1008);
            answer(0);
            assertThat(peer.isCutOff()).isTrue();
            awaitNone();
            assertThat(handled).hasSize(1);
        }
    }

    @Test
    void client_that_breaks_a_rule_before_it_leaves_gets_nothing_more_handled() throws Exception {
        try (RawPeer peer = edge.slow()) {
            names(3).forEach(peer::text);
            peer.frame(BINARY, new byte[1]);
            peer.frame(CLOSE, NORMAL);
            assertThat(peer.closeCode()).isEqualTo(1003);
            answer(0);
            assertThat(peer.isCutOff()).isTrue();
            awaitNone();
            assertThat(handled).hasSize(1);
        }
    }

    @Test
    void frames_behind_the_close_frame_are_not_handled() throws Exception {
        try (RawPeer peer = edge.slow()) {
            leave(peer, 1);
            peer.text("late");
            awaitHandled(1);
            answer(0);
            assertThat(peer.closeCode()).isEqualTo(1000);
            assertThat(peer.isCutOff()).isTrue();
            assertThat(handled).isEqualTo(names(1));
        }
    }

    @Test
    void last_messages_of_a_client_reach_the_room() {
        try (TestNode node = TestNode.start(TestNode.GENEROUS.toArray(String[]::new));
                JdkPeer reader = node.enter("reader");
                RawPeer writer = RawPeer.to(node.port())) {
            reader.join("lobby");
            assertThat(writer.upgrade(
                                    "Origin: http://localhost:3000",
                                    "Sec-WebSocket-Protocol: portcullis.v1, bearer." + node.token("writer"))
                            .status())
                    .isEqualTo(101);
            writer.text("{\"type\":\"join\",\"roomId\":\"lobby\"}");
            for (String content : names(10)) {
                writer.text(new JsonObject()
                        .put("type", "chat")
                        .put("id", content)
                        .put("roomId", "lobby")
                        .put("content", content)
                        .encode());
            }
            writer.frame(CLOSE, NORMAL);
            for (String content : names(10)) {
                assertThat(reader.next("chat").getString("content")).isEqualTo(content);
            }
            assertThat(writer.closeCode()).isEqualTo(1000);
        }
    }

    private static List<String> names(int frames) {
        return IntStream.range(0, frames).mapToObj(i -> "frame-" + i).toList();
    }

    private static void leave(RawPeer peer, int frames) {
        names(frames).forEach(peer::text);
        peer.frame(CLOSE, NORMAL);
    }

    private void awaitHandled(int count) {
        assertThat(Await.until(() -> handled.size() >= count)).isTrue();
        assertThat(handled).hasSize(count);
    }

    private void awaitNone() {
        assertThat(Await.until(() -> isEmpty(edge.open))).isTrue();
    }

    private boolean isEmpty(List<Connection> connections) {
        return edge.onLoop(connections::isEmpty);
    }

    private void answer(int frame) throws Exception {
        edge.onLoop(() -> {
            outcomes.get(frame)
                    .complete(new FrameOutcome.Reply(new ServerFrame.Pong(Optional.of(handled.get(frame)), 0)));
            return true;
        });
    }
}
