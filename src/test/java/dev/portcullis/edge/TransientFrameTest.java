package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A frame that is never stored, on its way to real clients. */
class TransientFrameTest {
    private static final String TYPING = "{\"type\":\"typing_indicator\",\"roomId\":\"lobby\",\"userId\":\"ann\"}";

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
    void frame_reaches_the_members_of_its_room_on_all_event_loops_and_no_other_client() {
        List<JdkPeer> members = List.of(node.enter("ann"), node.enter("ben"), node.enter("cem"), node.enter("dan"));
        members.forEach(TransientFrameTest::join);
        JdkPeer outsider = node.enter("eve");
        node.pass(new TransientFrame(StreamName.room(new RoomId("lobby")), TYPING.getBytes(StandardCharsets.UTF_8)));
        for (JdkPeer member : members) {
            assertThat(member.next("typing_indicator").getString("userId")).isEqualTo("ann");
        }
        outsider.send("{\"type\": \"ping\"}");
        assertThat(outsider.next().getString("type")).isEqualTo("pong");
    }

    @Test
    void frame_has_no_place_in_the_order_of_the_room() {
        JdkPeer member = node.enter("ann");
        join(member);
        node.pass(new TransientFrame(StreamName.room(new RoomId("lobby")), TYPING.getBytes(StandardCharsets.UTF_8)));
        member.next("typing_indicator");
        member.send("{\"type\": \"chat\", \"roomId\": \"lobby\", \"content\": \"hello\"}");
        assertThat(member.next("ack").getLong("seq")).isOne();
        member.send("{\"type\": \"history\", \"roomId\": \"lobby\"}");
        assertThat(member.next("history").getJsonArray("messages")).hasSize(1);
    }

    private static void join(JdkPeer peer) {
        peer.send("{\"type\": \"join\", \"roomId\": \"lobby\"}");
        peer.next("joined");
    }
}
