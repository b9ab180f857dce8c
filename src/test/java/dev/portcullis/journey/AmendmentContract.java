package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Edited and deleted messages, and what admins say to all, as clients of all nodes see them. Each test has its own rooms. */
abstract class AmendmentContract extends AmendmentAcrossNodes {
    @Test
    void deleted_message_shows_as_deleted_and_can_not_be_amended_any_more() {
        ChatPeer ann = enter("ann", 0);
        ChatPeer ben = enter("ben", 1);
        List.of(ann, ben).forEach(each -> each.join(lobby));
        JsonObject said = ann.say(lobby, "secret", "c1");
        ann.say(lobby, "stays", "c2");
        edit(ann, said, "still secret", "e1");
        JsonObject ack = delete(ann, said, "d1");
        assertThat(ack.getLong("seq")).isEqualTo(4);
        JsonObject deleted = ben.next("message_deleted");
        assertThat(deleted.getLong("seq")).isEqualTo(4);
        assertThat(deleted.getString("messageId")).isEqualTo(said.getString("messageId"));
        assertThat(deleted.getString("userId")).isEqualTo("ann");
        JsonObject history = history(ben);
        assertThat(types(history)).containsExactly("message_deleted", "chat");
        assertThat(history.getJsonArray("messages").getJsonObject(0).getLong("seq"))
                .isEqualTo(1);
        assertThat(history.encode()).doesNotContain("secret");
        assertThat(delete(ann, said, "d2").getString("reason")).isEqualTo("not_found");
        assertThat(edit(ann, said, "back", "e2").getString("reason")).isEqualTo("not_found");
        assertThat(delete(ann, said, "d1")).as("the first ack again").isEqualTo(ack);
    }

    @Test
    void only_the_author_edits_and_moderators_and_admins_delete_messages_of_others() {
        ChatPeer ann = enter("ann", 0);
        ChatPeer ben = enter("ben", 1);
        ChatPeer moderator = enter("mod", Role.MODERATOR, 2);
        ChatPeer admin = enter("root", Role.ADMIN, 1);
        List.of(ann, ben, moderator, admin).forEach(each -> each.join(lobby));
        JsonObject one = ann.say(lobby, "one", "c1");
        JsonObject two = ann.say(lobby, "two", "c2");
        for (ChatPeer other : List.of(ben, moderator, admin)) {
            assertThat(edit(other, one, "mine", "e1").getString("reason")).isEqualTo("forbidden");
        }
        assertThat(delete(ben, one, "d1").getString("reason")).isEqualTo("forbidden");
        assertThat(delete(moderator, one, "d1").getString("type")).isEqualTo("ack");
        assertThat(delete(admin, two, "d1").getString("type")).isEqualTo("ack");
        assertThat(ann.next("message_deleted").getString("userId")).isEqualTo("mod");
        assertThat(ann.next("message_deleted").getString("userId")).isEqualTo("root");
        assertThat(ann.say(lobby, "three", "c3").getLong("seq"))
                .as("refusals leave no entries")
                .isEqualTo(5);
    }

    @Test
    void id_of_another_room_and_an_unknown_id_are_not_found_and_a_room_not_joined_is_not_member() {
        ChatPeer ann = enter("ann", 0);
        ChatPeer ben = enter("ben", 1);
        ann.join(lobby);
        ann.join(second);
        ben.join(lobby);
        JsonObject elsewhere = ann.say(second, "elsewhere", "c1");
        ann.say(lobby, "here", "c2");
        JsonObject unknown = new JsonObject().put("messageId", UUID.randomUUID().toString());
        for (ChatPeer each : List.of(ann, ben)) {
            JsonObject[] answers = {
                edit(each, elsewhere, "x", "e1"),
                edit(each, unknown, "x", "e2"),
                delete(each, elsewhere, "d1"),
                delete(each, unknown, "d2")
            };
            for (JsonObject answer : answers) {
                List.of("id", "requestId", "timestamp").forEach(answer::remove);
                assertThat(answer.getString("reason")).isEqualTo("not_found");
                assertThat(answer).isEqualTo(answers[0]);
            }
        }
        for (String room : List.of(second, "secret-of-others", "nowhere")) {
            for (JsonObject message : List.of(elsewhere, unknown)) {
                JsonObject edit =
                        amend("edit_message", message).put("roomId", room).put("content", "x");
                JsonObject delete = amend("delete_message", message).put("roomId", room);
                assertThat(ask(ben, edit).getString("reason")).isEqualTo("not_member");
                assertThat(ask(ben, delete).getString("reason")).isEqualTo("not_member");
            }
        }
        assertThat(types(ask(ann, frame("history").put("roomId", second)))).containsExactly("chat");
    }

    @Test
    void pages_of_the_history_hold_messages_also_where_edits_take_most_places() {
        ChatPeer ann = enter("ann", 0);
        ann.join(lobby);
        JsonObject first = ann.say(lobby, "m0", "m0");
        for (int i = 1; i < 8; i++) {
            ann.say(lobby, "m" + i, "m" + i);
        }
        for (int i = 0; i < 45; i++) {
            assertThat(edit(ann, first, "edit " + i, "e" + i).getString("type")).isEqualTo("ack");
        }
        List<String> contents = new ArrayList<>();
        long before = Long.MAX_VALUE;
        boolean more = true;
        while (more) {
            JsonObject ask = frame("history").put("limit", 3);
            JsonObject page = ask(ann, before == Long.MAX_VALUE ? ask : ask.put("before", before));
            JsonArray messages = page.getJsonArray("messages");
            assertThat(messages.size()).isBetween(1, 3);
            List<String> texts = messages.stream()
                    .map(each -> ((JsonObject) each).getString("content"))
                    .toList();
            contents.addAll(0, texts);
            before = messages.getJsonObject(0).getLong("seq");
            more = page.getBoolean("more");
        }
        assertThat(contents).containsExactly("edit 44", "m1", "m2", "m3", "m4", "m5", "m6", "m7");
    }

    /** Else 300 edits of one message would leave nothing else in the history. */
    @Test
    void message_can_be_edited_fifty_times_and_then_still_be_deleted() {
        ChatPeer ann = enter("ann", 0);
        ChatPeer ben = enter("ben", 1);
        List.of(ann, ben).forEach(each -> each.join(lobby));
        ben.say(lobby, "of ben", "b1");
        JsonObject said = ann.say(lobby, "m", "m");
        for (int i = 1; i <= 50; i++) {
            assertThat(edit(ann, said, "edit " + i, "e" + i).getString("type")).isEqualTo("ack");
        }
        assertThat(edit(ann, said, "edit 51", "e51").getString("reason")).isEqualTo("conflict");
        assertThat(edit(ann, said, "edit 50", "e50").getString("type"))
                .as("the first ack again")
                .isEqualTo("ack");
        assertThat(history(ben).getJsonArray("messages"))
                .extracting(each -> ((JsonObject) each).getString("content"))
                .containsExactly("of ben", "edit 50");
        assertThat(delete(ann, said, "d").getString("type")).isEqualTo("ack");
    }

    @Test
    void members_and_moderators_say_nothing_to_all() {
        for (Role role : List.of(Role.MEMBER, Role.MODERATOR)) {
            ChatPeer peer = enter("someone-" + role.id(), role, 1);
            JsonObject refused =
                    ask(peer, new JsonObject().put("type", "system_broadcast").put("content", "hi"));
            assertThat(refused.getString("reason")).isEqualTo("forbidden");
            assertThat(peer.hasHeard("notification")).isFalse();
        }
    }
}
