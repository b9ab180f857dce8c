package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator may set about direct messages. */
class DirectSettingsIT {
    @Test
    void each_login_gets_what_it_did_not_acknowledge_itself() {
        try (TestNode node = TestNode.generous("direct.ackPer=device")) {
            for (String device : new String[] {"phone", "desk"}) {
                enter(node, device).close();
            }
            write(node, "one", "1");
            write(node, "two", "2");
            try (ChatPeer phone = enter(node, "phone")) {
                assertThat(phone.next("chat_message").getString("content")).isEqualTo("one");
                acknowledge(phone, 1);
            }
            try (ChatPeer phone = enter(node, "phone");
                    ChatPeer desk = enter(node, "desk")) {
                assertThat(phone.next("chat_message").getString("content")).isEqualTo("two");
                assertThat(desk.next("chat_message").getString("content")).isEqualTo("one");
                assertThat(desk.next("chat_message").getString("content")).isEqualTo("two");
            }
        }
    }

    @Test
    void members_who_share_no_room_may_not_write_to_each_other_and_an_admin_may() {
        try (TestNode node = TestNode.generous("direct.allow=shared_room");
                ChatPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"));
                ChatPeer admin = JdkPeer.admitted(node.ws(), node.token("root", Role.ADMIN, Duration.ofMinutes(5)))) {
            JsonObject refused = ann.ask(message("hi", "1"));
            assertThat(refused.getString("reason")).isEqualTo("forbidden");
            assertThat(ann.ask(message("hi", "2").put("recipientId", "stranger"))
                            .getString("reason"))
                    .isEqualTo("forbidden");
            assertThat(admin.ask(message("hi", "3")).getString("type")).isEqualTo("ack");
        }
    }

    /** Who may write to whom can end by the act of the other one: a room that they deleted, or a block. */
    @Test
    void client_that_goes_on_writing_to_a_user_whom_it_may_not_write_to_is_no_attack() {
        try (TestNode node = TestNode.generous("direct.allow=shared_room", "anomaly.restrict=60");
                ChatPeer ann = JdkPeer.admitted(node.ws(), node.token("ann", "lobby"))) {
            ann.join("lobby");
            for (int i = 0; i < 20; i++) {
                assertThat(ann.ask(message("hi", "m" + i)).getString("reason")).isEqualTo("forbidden");
            }
            assertThat(ann.say("lobby", "still here", "s").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void admin_may_delete_what_the_other_one_wrote_and_never_edit_it() {
        try (TestNode node = TestNode.generous("direct.allow=anyone");
                ChatPeer ben = enter(node, "phone");
                ChatPeer admin = JdkPeer.admitted(node.ws(), node.token("root", Role.ADMIN, Duration.ofMinutes(5)))) {
            admin.next("auth_success");
            String hers = admin.ask(message("hi", "1")).getString("messageId");
            assertThat(ben.ask(amendment("delete_message", "root", hers)).getString("reason"))
                    .as("a member")
                    .isEqualTo("forbidden");
            String his =
                    ben.ask(message("hello", "2").put("recipientId", "root")).getString("messageId");
            JsonObject edit = amendment("edit_message", "ben", his).put("content", "bye");
            assertThat(admin.ask(edit).getString("reason")).isEqualTo("forbidden");
            assertThat(admin.ask(amendment("delete_message", "ben", his)).getString("type"))
                    .isEqualTo("ack");
            for (ChatPeer each : List.of(ben, admin)) {
                JsonObject deleted = each.next("message_deleted");
                assertThat(deleted.getString("messageId")).isEqualTo(his);
                assertThat(deleted.getString("userId")).isEqualTo("root");
            }
        }
    }

    private static JsonObject amendment(String type, String to, String messageId) {
        return new JsonObject()
                .put("type", type)
                .put("recipientId", to)
                .put("messageId", messageId)
                .put("id", type + "-by-" + to);
    }

    private static ChatPeer enter(TestNode node, String device) {
        ChatPeer peer = JdkPeer.admitted(
                node.ws(), DevToken.of("ben").with("sid", device).signed());
        peer.next("auth_success");
        return peer;
    }

    private static void write(TestNode node, String content, String id) {
        try (ChatPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            assertThat(ann.ask(message(content, id)).getString("type")).isEqualTo("ack");
        }
    }

    private static JsonObject message(String content, String id) {
        return new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", "ben")
                .put("content", content)
                .put("id", id);
    }

    private static void acknowledge(ChatPeer peer, long seq) {
        peer.send(new JsonObject().put("type", "ack").put("inboxSeq", seq));
        peer.ask(new JsonObject().put("type", "ping").put("id", "after"));
    }
}
