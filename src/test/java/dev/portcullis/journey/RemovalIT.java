package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user who was removed from a room can neither publish, receive nor read there. */
class RemovalIT {
    private static final String LOBBY = "lobby";
    private static final String SECOND = "room-1";

    private TestNode node;
    private ChatPeer ann;
    private ChatPeer ben;
    private ChatPeer cleo;

    @BeforeEach
    void open() {
        node = TestNode.generous("stages={\"edge\": 2, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 2, \"broadcast\": 2}");
        ann = moderator("ann");
        ben = node.enter("ben");
        cleo = node.enter("cleo");
        List.of(ann, ben, cleo).forEach(each -> each.join(LOBBY));
    }

    @AfterEach
    void close() {
        List.of(ann, ben, cleo).forEach(ChatPeer::close);
        node.close();
    }

    @Test
    void removed_user_receives_the_removal_last_and_the_others_receive_everything() {
        ann.say(LOBBY, "one", "1");
        JsonObject ack = remove(ann, "ben", "r");
        assertThat(ack.getString("type")).isEqualTo("ack");
        assertThat(ack.getString("roomId")).isEqualTo(LOBBY);
        assertThat(ack.getLong("seq")).isEqualTo(2);
        assertThat(ack.getString("messageId")).isNotEmpty();
        for (int i = 3; i <= 20; i++) {
            assertThat(ann.say(LOBBY, "m" + i, "m" + i).getLong("seq")).isEqualTo(i);
        }
        for (int i = 1; i <= 20; i++) {
            long seq = i;
            JsonObject frame = cleo.next(each -> each.containsKey("seq") && each.getLong("seq") == seq, "seq " + i);
            assertThat(frame.getString("type")).isEqualTo(i == 2 ? "member_removed" : "chat");
        }
        ben.next("chat");
        JsonObject removed = ben.next("member_removed");
        assertThat(removed.getString("userId")).isEqualTo("ben");
        assertThat(removed.getString("reason")).isEqualTo("&lt;b&gt;spam");
        ping(ben);
        assertThat(ben.rest()).isEmpty();
    }

    @Test
    void removed_user_is_refused_in_that_room_only() {
        ben.join(SECOND);
        remove(ann, "ben", "r");
        assertThat(ben.say(LOBBY, "still here", "c").getString("reason")).isEqualTo("not_member");
        for (String type : List.of("join", "history")) {
            ben.send(frame(type).put("id", type));
            JsonObject answer = ben.next(each -> type.equals(each.getString("id")), type);
            assertThat(answer.getString("reason")).as(type).isEqualTo("not_member");
            assertThat(answer.getString("roomId")).isEqualTo(LOBBY);
        }
        assertThat(ben.say(SECOND, "hi", "d").getString("type")).isEqualTo("ack");
        try (ChatPeer again = node.enter("ben")) {
            again.send(frame("join"));
            assertThat(again.next("error").getString("reason")).isEqualTo("not_member");
        }
    }

    @Test
    void all_connections_of_a_removed_user_stop_receiving() {
        List<JdkPeer> more =
                IntStream.range(0, 4).mapToObj(i -> node.enter("ben")).toList();
        more.forEach(each -> each.join(LOBBY));
        remove(ann, "ben", "r");
        more.forEach(each -> each.next("member_removed"));
        ann.say(LOBBY, "after", "a");
        more.forEach(each -> {
            ping(each);
            assertThat(each.hasHeard("chat")).isFalse();
            each.close();
        });
    }

    @Test
    void repeated_removal_gets_the_same_ack_and_another_under_its_id_is_a_conflict() {
        JsonObject ack = remove(ann, "ben", "r");
        assertThat(remove(ann, "ben", "r")).isEqualTo(ack);
        assertThat(remove(ann, "cleo", "r").getString("reason")).isEqualTo("conflict");
        assertThat(cleo.say(LOBBY, "here", "h").getString("type")).isEqualTo("ack");
    }

    @Test
    void resume_contains_removals_of_other_users() {
        JsonObject first = ann.say(LOBBY, "one", "1");
        cleo.close();
        remove(ann, "ben", "r");
        ann.say(LOBBY, "two", "2");
        cleo = node.enter("cleo");
        cleo.send(frame("join")
                .put(
                        "since",
                        new JsonObject().put("epoch", first.getString("epoch")).put("seq", 1)));
        JsonObject joined = cleo.next("joined");
        assertThat(joined.getBoolean("recovered")).isTrue();
        assertThat(joined.getJsonArray("messages").stream().map(each -> ((JsonObject) each).getString("type")))
                .containsExactly("member_removed", "chat");
    }

    /** Only the application's server removes a user who is connected as an admin. */
    @Test
    void removed_user_with_role_admin_is_not_barred() throws Exception {
        try (JdkPeer root = as("root", Role.ADMIN);
                JdkPeer plain = node.enter("root")) {
            root.join(LOBBY);
            plain.join(LOBBY);
            assertThat(removedByTheServer("root")).isEqualTo(204);
            root.next("member_removed");
            plain.next("member_removed");
            assertThat(root.say(LOBBY, "still here", "c").getString("type")).isEqualTo("ack");
            assertThat(plain.say(LOBBY, "me too", "p").getString("reason")).isEqualTo("not_member");
            root.send(frame("history").put("id", "h"));
            assertThat(root.next(each -> "h".equals(each.getString("id")), "history")
                            .getString("type"))
                    .isEqualTo("history");
            try (JdkPeer again = as("root", Role.ADMIN)) {
                again.join(LOBBY);
                ann.say(LOBBY, "for all", "a");
                again.next(each -> "for all".equals(each.getString("content")), "the message");
                root.next(each -> "for all".equals(each.getString("content")), "the message");
            }
        }
    }

    private int removedByTheServer(String user) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(node.admin("/admin/rooms/" + LOBBY + "/members/" + user))
                .header("Authorization", "Bearer " + node.token("operator", Role.ADMIN, Duration.ofMinutes(10)))
                .DELETE()
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void removal_in_a_room_with_the_maximum_of_bars_is_a_conflict() {
        try (TestNode small = TestNode.generous("broadcast.barsPerRoom=1");
                JdkPeer moderator =
                        JdkPeer.withToken(small.ws(), small.token("ann", Role.MODERATOR, Duration.ofMinutes(10)))) {
            moderator.next("auth_success");
            assertThat(remove(moderator, "eve", "1").getString("type")).isEqualTo("ack");
            assertThat(remove(moderator, "mallory", "2").getString("reason")).isEqualTo("conflict");
            assertThat(remove(moderator, "eve", "3").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void removal_without_permission_or_of_oneself_is_refused() {
        assertThat(remove(cleo, "ben", "r").getString("reason")).isEqualTo("forbidden");
        assertThat(remove(ann, "ann", "r").getString("reason")).isEqualTo("forbidden");
        ann.send(frame("remove_user")
                .put("roomId", "elsewhere")
                .put("userId", "ben")
                .put("id", "x"));
        assertThat(ann.next("error").getString("reason")).isEqualTo("not_member");
        assertThat(ben.say(LOBBY, "here", "h").getString("type")).isEqualTo("ack");
    }

    /** The user publishes while the removal arrives: earlier messages are stored in order, and none is stored after it. */
    @Test
    void no_message_of_a_removed_user_is_stored_after_the_removal() {
        for (int i = 0; i < 30; i++) {
            ben.send(frame("chat").put("content", "b" + i));
            if (i == 15) {
                ann.send(frame("remove_user").put("userId", "ben").put("id", "r"));
            }
        }
        long removedAt =
                ann.next(each -> "r".equals(each.getString("id")), "ack").getLong("seq");
        ann.say(LOBBY, "done", "d");
        assertThat(Await.until(() -> cleo.hasHeard("member_removed"))).isTrue();
        JsonObject last = cleo.next(each -> "done".equals(each.getString("content")), "last");
        assertThat(last.getLong("seq")).isEqualTo(removedAt + 1);
        ping(ben);
        assertThat(ben.rest())
                .filteredOn(each -> each.containsKey("seq") && "chat".equals(each.getString("type")))
                .allMatch(each -> each.getLong("seq") < removedAt);
    }

    private ChatPeer moderator(String user) {
        return as(user, Role.MODERATOR);
    }

    private JdkPeer as(String user, Role role) {
        JdkPeer peer = JdkPeer.withToken(node.ws(), node.token(user, role, Duration.ofMinutes(10)));
        peer.next("auth_success");
        return peer;
    }

    private static JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("roomId", LOBBY);
    }

    private static JsonObject remove(ChatPeer by, String user, String id) {
        return by.ask(frame("remove_user")
                .put("userId", user)
                .put("reason", "<b>spam")
                .put("id", id));
    }

    private static void ping(ChatPeer peer) {
        peer.send(new JsonObject().put("type", "ping"));
        peer.next("pong");
    }
}
