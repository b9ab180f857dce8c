package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.presence.ScriptedOwner;
import dev.portcullis.edge.GatedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A frame that was permitted before its user left, and reads after it. */
class LeaveDuringReadTest {
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
            begin(ann, "join");
            leave(ANN);
            node.streams.release();
            assertThat(answer(ann).getString("reason")).isEqualTo("not_member");
        }
    }

    @Test
    void join_of_a_member_during_which_another_one_left_goes_on() throws Exception {
        try (JdkPeer ann = node.enter("ann")) {
            begin(ann, "join");
            leave(BEN);
            node.streams.release();
            assertThat(ann.next("joined").getLong("seq")).isEqualTo(1);
            assertThat(ann.chat("attic", "hello", "c").getString("type")).isEqualTo("ack");
            ann.next("chat");
        }
    }

    @Test
    void history_of_a_user_who_left_after_it_was_permitted_is_refused() throws Exception {
        try (JdkPeer ann = node.enter("ann")) {
            begin(ann, "history");
            leave(ANN);
            node.streams.release();
            assertThat(answer(ann).getString("reason")).isEqualTo("not_member");
        }
    }

    /** The user leaves while the owner of the room looks. */
    @Test
    void presence_is_refused_to_a_user_who_left_after_it_was_permitted_and_to_no_other() throws Exception {
        ScriptedOwner.answer(
                        node.bus,
                        query -> query.barredAs().equals(Optional.of(ANN))
                                ? appendLeave(ANN).map(ScriptedOwner.LEFT)
                                : Future.succeededFuture(ScriptedOwner.LEFT))
                .await(30, TimeUnit.SECONDS);
        try (JdkPeer ann = node.enter("ann");
                JdkPeer ben = node.enter("ben")) {
            JsonObject ask = new JsonObject()
                    .put("type", "presence")
                    .put("roomId", "attic")
                    .put("id", "j");
            ann.send(ask);
            assertThat(answer(ann).getString("reason")).isEqualTo("not_member");
            ben.send(ask);
            assertThat(answer(ben).getString("type")).isEqualTo("presence");
        }
    }

    @Test
    void history_of_a_member_during_which_another_one_left_is_answered() throws Exception {
        try (JdkPeer ann = node.enter("ann")) {
            begin(ann, "history");
            leave(BEN);
            node.streams.release();
            assertThat(answer(ann).getString("type")).isEqualTo("history");
        }
    }

    /** Its permission is given, and the store is asked. */
    private void begin(JdkPeer peer, String type) {
        node.streams.holdReads(STREAM);
        peer.send(new JsonObject().put("type", type).put("roomId", "attic").put("id", "j"));
        assertThat(Await.until(() -> node.streams.waiting() == 1)).isTrue();
    }

    private static JsonObject answer(JdkPeer peer) {
        return peer.next(frame -> "j".equals(frame.getString("id")), "answer");
    }

    private void leave(UserId user) throws Exception {
        assertThat(appendLeave(user).await(30, TimeUnit.SECONDS)).isInstanceOf(AppendResult.Stored.class);
    }

    private Future<AppendResult> appendLeave(UserId user) {
        AppendRequest entry = new AppendRequest(
                        STREAM,
                        new StreamWindow(10, 60_000),
                        1,
                        "\"type\":\"member_removed\",\"roomId\":\"attic\",\"userId\":\"someone\"}"
                                .getBytes(StandardCharsets.UTF_8),
                        Optional.empty(),
                        Optional.empty(),
                        Long.MAX_VALUE)
                .leaving(user);
        return node.members
                .rooms()
                .permitRemoval(ATTIC, user, List.of(), false)
                .compose(permitted -> node.streams.append(
                        entry.permittedBy(permitted.fold(permit -> permit, why -> Permit.UNCONDITIONAL))));
    }
}
