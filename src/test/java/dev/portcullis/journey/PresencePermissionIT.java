package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may not know who is in a room, who types and how far it was read, and is not shown there either. */
class PresencePermissionIT {
    private static final String JOIN = "{\"type\": \"join\", \"roomId\": \"lobby\", \"presence\": true}";

    @Test
    void role_without_the_permission_is_not_told_who_is_there_by_any_frame() {
        try (TestNode node = TestNode.generous("permissions={\"member\": [\"join\", \"chat\"]}");
                ChatPeer ann = node.enter("ann");
                ChatPeer ben = node.enter("ben");
                ChatPeer root = admin(node)) {
            ann.send(JOIN);
            assertThat(ann.next("joined").containsKey("members")).isFalse();
            assertThat(watch(root).getJsonArray("members")).hasSize(2);
            ben.join("lobby");
            root.next(frame -> frame.encode().contains("\"ben\""), "change of ben");
            JsonObject refused = ann.ask(about("presence"));
            assertThat(refused.getString("reason")).isEqualTo("forbidden");
            assertThat(ann.hasHeard("presence_change")).isFalse();
        }
    }

    @Test
    void client_whose_new_token_does_not_permit_it_is_told_no_more_who_comes_and_goes() {
        DevToken moderator = DevToken.of("ann").role(Role.MODERATOR);
        try (TestNode node = TestNode.generous("permissions={\"member\": [\"join\", \"chat\"]}");
                JdkPeer ann = JdkPeer.admitted(node.ws(), moderator.signed());
                ChatPeer root = admin(node);
                ChatPeer ben = node.enter("ben");
                ChatPeer cleo = node.enter("cleo")) {
            ann.next("auth_success");
            List.of(ann, root).forEach(PresencePermissionIT::watch);
            refresh(ann, moderator.with("jti", "again"));
            ben.join("lobby");
            for (ChatPeer each : List.of(ann, root)) {
                each.next(frame -> frame.encode().contains("\"ben\""), "change of ben");
            }
            refresh(ann, DevToken.of("ann"));
            cleo.join("lobby");
            root.next(frame -> frame.encode().contains("\"cleo\""), "change of cleo");
            ben.send("{\"type\": \"leave\", \"roomId\": \"lobby\"}");
            root.next(frame -> frame.encode().contains("\"ben\""), "change of ben");
            root.say("lobby", "here", "h1");
            assertThat(ann.next("chat").getString("content"))
                    .as("it is still in the room")
                    .isEqualTo("here");
            assertThat(ann.rest()).noneMatch(frame -> frame.encode().contains("\"cleo\""));
        }
    }

    @Test
    void removed_user_is_gone_for_the_others_and_refused() {
        try (TestNode node = TestNode.generous();
                ChatPeer root = admin(node);
                ChatPeer ann = node.enter("ann");
                ChatPeer ben = node.enter("ben")) {
            ann.join("lobby");
            ann.say("lobby", "hello", "c1");
            ben.join("lobby");
            watch(ann);
            ben.send(about("typing_indicator").put("isTyping", true));
            assertThat(ann.next("typing_indicator").getBoolean("isTyping")).isTrue();
            JsonObject removal = root.ask(about("remove_user").put("userId", "ben"));
            assertThat(removal.getString("type")).isEqualTo("ack");
            assertThat(ann.next("typing_indicator").getBoolean("isTyping")).isFalse();
            JsonObject change = ann.next(frame -> frame.encode().contains("\"online\":false"), "change of ben");
            assertThat(change.encode()).contains("\"ben\"");
            for (JsonObject frame : List.of(
                    about("typing_indicator").put("isTyping", true),
                    about("read").put("seq", 1),
                    about("presence"))) {
                assertThat(ben.ask(frame).getString("reason")).as("%s", frame).isEqualTo("not_member");
            }
            ann.ask(about("presence"));
            assertThat(ann.hasHeard("typing_indicator")).isFalse();
            assertThat(ann.hasHeard("read")).isFalse();
        }
    }

    /** The answer is the same for a user who does not exist. */
    @Test
    void typing_to_a_user_to_whom_one_may_not_write_is_forbidden() {
        try (TestNode node = TestNode.generous("direct.allow=shared_room");
                ChatPeer ann = node.enter("ann");
                ChatPeer ben = node.enter("ben")) {
            for (String user : List.of("ben", "none-of-that-name")) {
                JsonObject refused = ann.ask(new JsonObject()
                        .put("type", "typing_indicator")
                        .put("recipientId", user)
                        .put("isTyping", true)
                        .put("id", "t1"));
                assertThat(refused.getString("reason")).as(user).isEqualTo("forbidden");
            }
            ben.ask(new JsonObject().put("type", "ping").put("id", "p1"));
            assertThat(ben.hasHeard("typing_indicator")).isFalse();
        }
    }

    private static JsonObject about(String type) {
        return new JsonObject().put("type", type).put("roomId", "lobby").put("id", type + "-1");
    }

    /** On a busy machine it may not be known in time who is there. */
    private static JsonObject watch(ChatPeer peer) {
        JsonObject[] joined = new JsonObject[1];
        assertThat(Await.until(() -> {
                    joined[0] = peer.ask(new JsonObject(JOIN).put("id", "watch"));
                    return joined[0].containsKey("members");
                }))
                .isTrue();
        return joined[0];
    }

    private static ChatPeer admin(TestNode node) {
        ChatPeer admin = JdkPeer.admitted(node.ws(), node.token("root", Role.ADMIN, Duration.ofMinutes(10)));
        admin.next("auth_success");
        return admin;
    }

    private static void refresh(JdkPeer peer, DevToken token) {
        JsonObject answer = peer.ask(new JsonObject()
                .put("type", "token_refresh")
                .put("id", "refresh")
                .put("token", token.signed()));
        assertThat(answer.getString("type")).isEqualTo("token_refreshed");
    }
}
