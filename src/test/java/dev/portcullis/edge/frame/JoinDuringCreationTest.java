package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.edge.GatedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user whose token names a room, which another user creates as a private one meanwhile. */
class JoinDuringCreationTest {
    private static final RoomId ATTIC = new RoomId("attic");
    private static final StreamName STREAM = StreamName.room(ATTIC);

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
    void join_that_was_permitted_before_the_creation_is_refused_behind_it() throws Exception {
        try (JdkPeer guest = node.connect("guest", Role.MEMBER, "attic")) {
            guest.next("auth_success");
            node.streams.holdReads(STREAM);
            node.streams.holdAccess(STREAM);
            askToJoin(guest);
            assertThat(Await.until(() -> node.streams.waiting() == 2)).isTrue();
            create();
            node.streams.release();
            assertIsRefused(guest);
        }
    }

    /** The note comes too late for it, and the question to the listeners does not. */
    @Test
    void join_that_was_read_before_the_creation_is_refused_when_listeners_are_asked() throws Exception {
        try (JdkPeer guest = node.connect("guest", Role.MEMBER, "attic")) {
            guest.next("auth_success");
            node.streams.holdReads(STREAM);
            askToJoin(guest);
            assertThat(Await.until(() -> node.streams.waiting() == 1)).isTrue();
            create();
            assertThat(done(RoomConnections.confirm(node.bus, STREAM, 30_000)))
                    .isEqualTo(new RoomConnections.Total(0, true));
            node.streams.release();
            assertIsRefused(guest);
        }
    }

    private static void askToJoin(JdkPeer guest) {
        guest.send(new JsonObject().put("type", "join").put("roomId", "attic").put("id", "j"));
    }

    private static void assertIsRefused(JdkPeer guest) {
        assertThat(guest.next(frame -> "j".equals(frame.getString("id")), "answer")
                        .getString("reason"))
                .isEqualTo("not_member");
    }

    @Test
    void guest_who_had_joined_leaves_the_room_that_was_created_and_its_owner_stays() throws Exception {
        try (JdkPeer guest = node.connect("guest", Role.MEMBER, "attic");
                JdkPeer owner = node.enter("ann")) {
            guest.next("auth_success");
            guest.join("attic");
            create();
            owner.join("attic");
            RoomConnections.Total left = done(RoomConnections.confirm(node.bus, STREAM, 30_000));
            assertThat(left).isEqualTo(new RoomConnections.Total(1, true));
            assertThat(guest.next("left").getString("roomId")).isEqualTo("attic");
            assertThat(owner.chat("attic", "secret", "c").getString("type")).isEqualTo("ack");
            owner.next("chat");
            guest.ask(new JsonObject().put("type", "ping").put("id", "p"));
            assertThat(guest.hasHeard("chat")).isFalse();
        }
    }

    /** With the note, as the stage writes it behind the creation. */
    private void create() throws Exception {
        Room room = new Room(ATTIC, "Attic", Visibility.PRIVATE, new UserId("ann"), 1);
        assertThat(done(node.members.rooms().create(room, Long.MAX_VALUE))).isEqualTo(RoomChange.DONE);
        done(node.streams.noteDetachment(STREAM));
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
