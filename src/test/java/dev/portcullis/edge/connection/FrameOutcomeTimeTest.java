package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.GatedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a sender waits for an answer, and how that time is measured. */
class FrameOutcomeTimeTest {
    private static final String ATTIC = "attic";
    private static final String COUNT = "portcullis_publish_seconds_count";
    private static final String SUM = "portcullis_publish_seconds_sum ";

    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode("streams.readMs=2500", "streams.readTries=10");
        node.members.put(new RoomId(ATTIC), new UserId("ann"), RoomRole.MEMBER).await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void join_whose_reads_hang_is_answered_unavailable_in_time() {
        try (JdkPeer ann = node.enter("ann")) {
            node.streams.holdReads(StreamName.room(new RoomId(ATTIC)));
            long began = System.nanoTime();
            ann.send(new JsonObject().put("type", "join").put("roomId", ATTIC));
            assertThat(ann.next("error").getString("reason")).isEqualTo("unavailable");
            assertThat(System.nanoTime() - began)
                    .as("ten reads would take 25 s")
                    .isLessThan(TimeUnit.SECONDS.toNanos(15));
            node.streams.release();
            assertThat(ann.chat(ATTIC, "x", "f").getString("reason"))
                    .as("the user whose join failed is no member")
                    .isEqualTo("not_member");
            ann.join(ATTIC);
            assertThat(ann.chat(ATTIC, "x", "g").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void publish_time_is_measured_from_frame_to_ack_and_not_for_refusals() {
        try (JdkPeer ann = node.enter("ann")) {
            ann.join(ATTIC);
            node.members.hold();
            ann.send(new JsonObject()
                    .put("type", "chat")
                    .put("roomId", ATTIC)
                    .put("content", "x")
                    .put("id", "f"));
            assertThat(Await.until(() -> node.members.waiting() == 1)).isTrue();
            long held = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
            assertThat(Await.until(() -> System.nanoTime() - held > 0)).isTrue();
            node.members.release();
            ann.next("ack");
            assertThat(node.counted(COUNT)).containsExactly(COUNT + " 1");
            List<String> sum = node.counted(SUM);
            assertThat(Double.parseDouble(sum.get(0).substring(SUM.length()))).isGreaterThan(0.3);

            assertThat(ann.chat(ATTIC, "another body", "f").getString("reason")).isEqualTo("conflict");
            assertThat(node.counted(COUNT)).containsExactly(COUNT + " 1");
        }
    }
}
