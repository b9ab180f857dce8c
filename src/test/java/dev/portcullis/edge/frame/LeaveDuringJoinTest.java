package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.GatedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomRole;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.MembershipEnd;
import dev.portcullis.streams.StreamName;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A join that was permitted before its user left, and subscribes after it. */
class LeaveDuringJoinTest {
    private static final RoomId ATTIC = new RoomId("attic");
    private static final StreamName STREAM = StreamName.room(ATTIC);
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");

    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
        node.members.put(ATTIC, ANN, RoomRole.MEMBER).await(30, TimeUnit.SECONDS);
        node.members.put(ATTIC, BEN, RoomRole.MEMBER).await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void join_of_a_user_who_left_after_it_was_permitted_is_refused() throws Exception {
        try (JdkPeer ann = node.enter("ann")) {
            beginJoin(ann);
            leave(ANN);
            node.streams.release();
            assertThat(ann.next(frame -> "j".equals(frame.getString("id")), "answer")
                            .getString("reason"))
                    .isEqualTo("not_member");
        }
    }

    @Test
    void join_of_a_member_during_which_another_one_left_goes_on() throws Exception {
        try (JdkPeer ann = node.enter("ann")) {
            beginJoin(ann);
            leave(BEN);
            node.streams.release();
            assertThat(ann.next("joined").getLong("seq")).isEqualTo(1);
            assertThat(ann.chat("attic", "hello", "c").getString("type")).isEqualTo("ack");
            ann.next("chat");
        }
    }

    /** Its permission is given, and the stream is opened. */
    private void beginJoin(JdkPeer peer) {
        node.streams.holdReads(STREAM);
        peer.send(new JsonObject().put("type", "join").put("roomId", "attic").put("id", "j"));
        assertThat(Await.until(() -> node.streams.waiting() == 1)).isTrue();
    }

    private void leave(UserId user) throws Exception {
        AppendRequest entry = new AppendRequest(
                        STREAM,
                        new Retention(10, 60_000),
                        1,
                        "{}".getBytes(StandardCharsets.UTF_8),
                        Optional.empty(),
                        Optional.empty(),
                        Long.MAX_VALUE,
                        Optional.of(user),
                        0)
                .ending(MembershipEnd.leaving(ATTIC, user));
        assertThat(node.streams.append(entry).await(30, TimeUnit.SECONDS)).isInstanceOf(AppendResult.Stored.class);
    }
}
