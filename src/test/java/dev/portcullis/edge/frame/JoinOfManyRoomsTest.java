package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.edge.GatedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rooms of a frame are permitted and subscribed together, and answered in their order. */
class JoinOfManyRoomsTest {
    private static final String FIRST = "room-0";
    private static final String SECOND = "room-1";
    private static final UserId ANN = new UserId("ann");

    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
        for (int i = 0; i < 12; i++) {
            node.members.put(new RoomId("room-" + i), ANN, RoomRole.MEMBER).await(30, TimeUnit.SECONDS);
        }
        node.members.put(new RoomId(SECOND), new UserId("owen"), RoomRole.OWNER).await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void room_is_followed_before_its_turn_and_answered_in_its_turn() {
        try (JdkPeer ann = node.enter("ann")) {
            hold(FIRST);
            join(ann, FIRST, SECOND, "room-2");
            assertThat(Await.until(() -> followers(SECOND) == 1 && followers("room-2") == 1))
                    .isTrue();
            assertThat(ann.hasHeard("joined")).isFalse();
            node.streams.release();
            assertThat(answer(ann)).isEqualTo("joined " + FIRST);
            assertThat(answer(ann)).isEqualTo("joined " + SECOND);
            assertThat(answer(ann)).isEqualTo("joined room-2");
        }
    }

    @Test
    void more_rooms_than_are_asked_for_at_once_are_joined_in_their_order() {
        try (JdkPeer ann = node.enter("ann")) {
            join(ann, IntStream.range(0, 12).mapToObj(i -> "room-" + i).toArray(String[]::new));
            for (int i = 0; i < 12; i++) {
                assertThat(answer(ann)).isEqualTo("joined room-" + i);
                assertThat(followers("room-" + i)).isOne();
            }
        }
    }

    @Test
    void room_that_is_refused_refuses_only_itself() {
        try (JdkPeer ann = node.enter("ann")) {
            join(ann, FIRST, "of-others", SECOND);
            assertThat(answer(ann)).isEqualTo("joined " + FIRST);
            assertThat(answer(ann)).isEqualTo("error not_member");
            assertThat(answer(ann)).isEqualTo("joined " + SECOND);
            assertThat(followers("of-others")).isZero();
        }
    }

    @Test
    void user_who_is_removed_from_a_room_before_its_turn_is_refused() throws Exception {
        try (JdkPeer ann = node.enter("ann");
                JdkPeer owen = node.enter("owen")) {
            joinWhileRemoved(ann, owen);
            node.streams.release();
            assertThat(answer(ann)).isEqualTo("joined " + FIRST);
            assertThat(answer(ann)).isEqualTo("error not_member");
        }
    }

    @Test
    void user_who_is_removed_and_added_again_before_the_turn_of_a_room_joins_it() throws Exception {
        try (JdkPeer ann = node.enter("ann");
                JdkPeer owen = node.enter("owen")) {
            joinWhileRemoved(ann, owen);
            node.members.put(new RoomId(SECOND), ANN, RoomRole.MEMBER).await(30, TimeUnit.SECONDS);
            node.liftBar(new RoomId(SECOND), ANN);
            node.streams.release();
            assertThat(answer(ann)).isEqualTo("joined " + FIRST);
            assertThat(answer(ann)).isEqualTo("joined " + SECOND);
            assertThat(followers(SECOND)).isOne();
        }
    }

    @Test
    void client_that_goes_away_leaves_no_subscription_to_a_room_whose_turn_did_not_come() {
        JdkPeer ann = node.enter("ann");
        hold(FIRST);
        join(ann, FIRST, SECOND);
        assertThat(Await.until(() -> followers(SECOND) == 1)).isTrue();
        ann.close();
        node.streams.release();
        assertThat(Await.until(() -> followers(FIRST) == 0 && followers(SECOND) == 0))
                .isTrue();
    }

    /** The user is removed from the second room before the turn of the first one has ended. */
    private void joinWhileRemoved(JdkPeer ann, JdkPeer owen) {
        hold(FIRST);
        join(ann, FIRST, SECOND);
        assertThat(Await.until(() -> followers(SECOND) == 1)).isTrue();
        JsonObject removal = new JsonObject()
                .put("type", "remove_user")
                .put("roomId", SECOND)
                .put("userId", "ann")
                .put("id", "r");
        assertThat(owen.ask(removal).getString("type")).isEqualTo("ack");
        assertThat(Await.until(() -> followers(SECOND) == 0)).isTrue();
    }

    private void hold(String room) {
        node.streams.holdReads(streamOf(room));
    }

    private static void join(JdkPeer peer, String... rooms) {
        JsonArray list = new JsonArray();
        for (String room : rooms) {
            list.add(new JsonObject().put("roomId", room));
        }
        peer.send(new JsonObject().put("type", "join").put("id", "j").put("rooms", list));
    }

    /** The type of the next answer, and its room or reason. */
    private static String answer(JdkPeer peer) {
        JsonObject answer = peer.next(frame -> "j".equals(frame.getString("id")), "answer");
        return answer.getString("type") + " " + answer.getString("reason", answer.getString("roomId"));
    }

    private long followers(String room) {
        try {
            return RoomConnections.of(node.bus, streamOf(room), 30_000)
                    .await(30, TimeUnit.SECONDS)
                    .open();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static StreamName streamOf(String room) {
        return StreamName.room(new RoomId(room));
    }
}
