package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.GatedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A frame that was permitted before its sender lost the right, and is appended after it. */
class PermissionLostTest {
    private static final RoomId ATTIC = new RoomId("attic");
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");

    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
        done(node.members.put(ATTIC, ANN, RoomRole.MODERATOR));
        done(node.members.put(ATTIC, BEN, RoomRole.MEMBER));
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void chat_of_a_user_who_is_muted_meanwhile_is_refused_as_muted() throws Exception {
        try (JdkPeer ben = joined("ben")) {
            begin(ben, frame("chat").put("content", "late"));
            done(node.members.rooms().mute(ATTIC, BEN, 60_000, 10, RoomTerms.NONE));
            JsonObject answer = answer(ben);
            assertThat(answer.getString("reason")).isEqualTo("forbidden");
            assertThat(answer.getJsonArray("details").getJsonObject(0).getString("rule"))
                    .isEqualTo("muted");
            assertThat(appended()).isZero();
        }
    }

    @Test
    void chat_of_a_user_whose_membership_ended_meanwhile_is_refused() throws Exception {
        try (JdkPeer ben = joined("ben")) {
            begin(ben, frame("chat").put("content", "late"));
            done(node.members.rooms().removeMember(ATTIC, BEN, RoomTerms.NONE));
            assertThat(answer(ben).getString("reason")).isEqualTo("not_member");
            assertThat(appended()).isZero();
        }
    }

    @Test
    void edit_of_a_user_who_is_muted_meanwhile_is_refused() throws Exception {
        try (JdkPeer ben = joined("ben")) {
            String message = ben.chat("attic", "first", "m").getString("messageId");
            begin(ben, frame("edit_message").put("messageId", message).put("content", "late"));
            done(node.members.rooms().mute(ATTIC, BEN, 60_000, 10, RoomTerms.NONE));
            assertThat(answer(ben).getString("reason")).isEqualTo("forbidden");
            assertThat(appended()).isEqualTo(1);
        }
    }

    @Test
    void deletion_by_a_moderator_who_is_lowered_meanwhile_is_decided_again() throws Exception {
        try (JdkPeer ann = joined("ann");
                JdkPeer ben = joined("ben")) {
            String message = ben.chat("attic", "first", "m").getString("messageId");
            JsonObject deletion = frame("delete_message").put("messageId", message);
            begin(ann, deletion);
            done(node.members.put(ATTIC, ANN, RoomRole.MEMBER));
            assertThat(answer(ann).getString("reason")).isEqualTo("unavailable");
            ann.send(deletion);
            assertThat(answer(ann).getString("reason")).isEqualTo("forbidden");
            assertThat(appended()).isEqualTo(1);
        }
    }

    @Test
    void removal_by_a_moderator_who_is_lowered_meanwhile_is_decided_again() throws Exception {
        try (JdkPeer ann = joined("ann")) {
            begin(ann, frame("remove_user").put("userId", "ben"));
            done(node.members.put(ATTIC, ANN, RoomRole.MEMBER));
            assertThat(answer(ann).getString("reason")).isEqualTo("forbidden");
            assertThat(done(node.members.rooms().find(ATTIC, BEN)).membership()).isPresent();
        }
    }

    private JdkPeer joined(String user) {
        JdkPeer peer = node.enter(user);
        peer.join("attic");
        return peer;
    }

    private static JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("roomId", "attic").put("id", "j");
    }

    /** Its permission is given, and the store is asked. */
    private void begin(JdkPeer peer, JsonObject frame) {
        node.streams.holdAppends(append -> append.stream().equals(StreamName.room(ATTIC)));
        peer.send(frame);
        assertThat(Await.until(() -> node.streams.waiting() == 1)).isTrue();
    }

    private JsonObject answer(JdkPeer peer) {
        node.streams.release();
        return peer.next(frame -> "j".equals(frame.getString("id")), "answer");
    }

    private long appended() throws Exception {
        return done(node.streams.head(StreamName.room(ATTIC))).seq();
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
