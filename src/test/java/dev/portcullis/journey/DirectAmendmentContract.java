package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PatientCalls;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clients see of edits, blocks and the history of direct messages, over real sockets. */
abstract class DirectAmendmentContract extends DirectPeers {
    @Test
    void blocked_sender_gets_the_same_ack_and_reaches_no_one() throws Exception {
        try (ChatPeer writer = enter(ann);
                ChatPeer reader = enter(ben)) {
            JsonObject before = write(writer, ben, "before", "1");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("before");
            assertThat(call("GET", ben, ann).body()).isEqualTo("{\"blocked\":false}");
            assertThat(call("PUT", ben, ann).statusCode()).isEqualTo(204);
            assertThat(call("PUT", ben, ann).statusCode()).as("again").isEqualTo(204);
            assertThat(call("GET", ben, ann).body()).isEqualTo("{\"blocked\":true}");
            assertThat(call("GET", ann, ben).body())
                    .as("each list is its owner's")
                    .isEqualTo("{\"blocked\":false}");
            JsonObject blocked = write(writer, ben, "blocked", "2");
            assertThat(blocked.fieldNames()).isEqualTo(before.fieldNames());
            assertThat(blocked.getLong("seq")).isEqualTo(before.getLong("seq") + 1);
            assertThat(write(writer, ben, "blocked", "2")).isEqualTo(blocked);
            assertThat(writer.next("chat_message").getString("content")).isEqualTo("before");
            assertThat(writer.next("chat_message").getString("content")).isEqualTo("blocked");
            assertThat(write(reader, ann, "the other way", "3").getString("type"))
                    .isEqualTo("ack");
            assertThat(call("DELETE", ben, ann).statusCode()).isEqualTo(204);
            write(writer, ben, "after", "4");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("the other way");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("after");
        }
    }

    @Test
    void user_can_not_block_themselves_or_the_server_and_a_stranger_can_not_see_a_list() throws Exception {
        assertThat(call("PUT", ben, ben).statusCode()).isEqualTo(409);
        for (String reserved : List.of("system", "System", "deleted")) {
            assertThat(call("PUT", ben, reserved).statusCode())
                    .as("messages of the server can't be shut out")
                    .isEqualTo(409);
            assertThat(call("GET", ben, reserved).body()).isEqualTo("{\"blocked\":false}");
            assertThat(call("DELETE", ben, reserved).statusCode()).isEqualTo(204);
        }
        HttpResponse<String> unauthenticated = PatientCalls.send(
                http, HttpRequest.newBuilder(blocks(ann)).GET().build());
        assertThat(unauthenticated.statusCode()).isEqualTo(401);
    }

    @Test
    void edit_and_deletion_reach_all_sessions_of_both_and_only_the_author_may() {
        try (ChatPeer writer = enter(ann);
                ChatPeer desk = enter(ann);
                ChatPeer reader = enter(ben);
                ChatPeer stranger = enter(ann + "-stranger")) {
            String id = write(writer, ben, "first", "1").getString("messageId");
            JsonObject ack = edit(writer, ben, id, "<b>second</b>", "2");
            assertThat(ack.getString("type")).isEqualTo("ack");
            assertThat(ack.getString("messageId")).isEqualTo(id);
            assertThat(ack.getLong("seq")).isEqualTo(2);
            for (ChatPeer each : List.of(writer, desk, reader)) {
                JsonObject edited = each.next("message_edited");
                assertThat(edited.getString("messageId")).isEqualTo(id);
                assertThat(edited.getString("recipientId")).isEqualTo(ben);
                assertThat(edited.getString("content")).isEqualTo("<b>second</b>");
            }
            assertThat(edit(writer, ben, id, "<b>second</b>", "2"))
                    .as("the same again")
                    .isEqualTo(ack);
            assertThat(edit(reader, ann, id, "forged", "3").getString("reason")).isEqualTo("forbidden");
            assertThat(delete(reader, ann, id, "4").getString("reason")).isEqualTo("forbidden");
            for (String other : List.of(ann, ben, ann + "-unknown")) {
                assertThat(edit(stranger, other, id, "forged", "5" + other).getString("reason"))
                        .as("it exists, and looks as if it did not")
                        .isEqualTo("not_found");
                assertThat(delete(stranger, other, id, "6" + other).getString("reason"))
                        .isEqualTo("not_found");
            }
            assertThat(edit(writer, ann + "-unknown", id, "elsewhere", "7").getString("reason"))
                    .as("in a conversation that it is not of")
                    .isEqualTo("not_found");
            JsonObject deleted = delete(writer, ben, id, "8");
            assertThat(deleted.getLong("seq")).isEqualTo(3);
            for (ChatPeer each : List.of(writer, desk, reader)) {
                assertThat(each.next("message_deleted").getString("messageId")).isEqualTo(id);
            }
            assertThat(delete(writer, ben, id, "8")).as("the same again").isEqualTo(deleted);
            assertThat(delete(writer, ben, id, "9").getString("reason")).isEqualTo("not_found");
            assertThat(edit(writer, ben, id, "third", "10").getString("reason")).isEqualTo("not_found");
            assertThat(stranger.rest()).isEmpty();
        }
    }

    @Test
    void one_id_may_edit_messages_to_two_recipients_and_changes_both_copies_of_each() {
        String cleo = "cleo-" + test;
        try (ChatPeer writer = enter(ann);
                ChatPeer first = enter(ben);
                ChatPeer second = enter(cleo)) {
            String toBen = write(writer, ben, "to ben", "1").getString("messageId");
            String toCleo = write(writer, cleo, "to cleo", "2").getString("messageId");
            JsonObject ack = edit(writer, ben, toBen, "edited", "e");
            assertThat(ack.getString("type")).isEqualTo("ack");
            assertThat(edit(writer, cleo, toCleo, "edited", "e").getString("type"))
                    .isEqualTo("ack");
            assertThat(first.next("message_edited").getString("messageId")).isEqualTo(toBen);
            assertThat(second.next("message_edited").getString("messageId")).isEqualTo(toCleo);
            assertThat(List.of(
                            writer.next("message_edited").getString("messageId"),
                            writer.next("message_edited").getString("messageId")))
                    .containsExactly(toBen, toCleo);
            assertThat(edit(writer, ben, toBen, "edited", "e"))
                    .as("the first ack again")
                    .isEqualTo(ack);
            assertThat(edit(writer, ben, toBen, "other", "e").getString("reason"))
                    .isEqualTo("conflict");
        }
    }

    @Test
    void blocked_author_edits_and_deletes_like_any_other() throws Exception {
        try (ChatPeer writer = enter(ann);
                ChatPeer reader = enter(ben)) {
            String before = write(writer, ben, "before", "1").getString("messageId");
            reader.next("chat_message");
            call("PUT", ben, ann);
            String blocked = write(writer, ben, "blocked", "2").getString("messageId");
            for (String id : List.of(before, blocked)) {
                assertThat(edit(writer, ben, id, "edited", "e" + id).getString("type"))
                        .isEqualTo("ack");
                assertThat(writer.next("message_edited").getString("messageId")).isEqualTo(id);
                assertThat(delete(writer, ben, id, "d" + id).getString("type")).isEqualTo("ack");
                assertThat(writer.next("message_deleted").getString("messageId"))
                        .isEqualTo(id);
            }
            call("DELETE", ben, ann);
            write(writer, ben, "after", "3");
            assertThat(reader.next().getString("content"))
                    .as("and nothing in between")
                    .isEqualTo("after");
        }
    }

    @Test
    void history_of_a_conversation_is_that_one_alone_in_its_latest_state() {
        String cleo = ann + "-cleo";
        try (ChatPeer writer = enter(ann);
                ChatPeer reader = enter(ben);
                ChatPeer third = enter(cleo)) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ids.add(write(writer, ben, "to ben " + i, "b" + i).getString("messageId"));
                write(third, ann, "of cleo " + i, "c" + i);
                write(reader, ann, "of ben " + i, "r" + i);
            }
            edit(writer, ben, ids.get(19), "edited", "e");
            delete(writer, ben, ids.get(18), "d");
            JsonObject newest = history(writer, ben, Map.of("limit", 5));
            assertThat(contents(newest)).containsExactly("of ben 17", null, "of ben 18", "edited", "of ben 19");
            assertThat(newest.getString("recipientId")).isEqualTo(ben);
            assertThat(newest.getBoolean("more")).isTrue();
            long before = newest.getJsonArray("messages").getJsonObject(0).getLong("seq");
            assertThat(contents(history(writer, ben, Map.of("limit", 2, "before", before))))
                    .containsExactly("of ben 16", "to ben 17");
            assertThat(contents(history(writer, ben, Map.of("after", 0, "limit", 3))))
                    .containsExactly("to ben 0", "of ben 0", "to ben 1");
            assertThat(contents(history(writer, cleo, Map.of("limit", 100)))).hasSize(20);
            assertThat(contents(history(third, ben, Map.of())))
                    .as("what others wrote to each other")
                    .isEmpty();
            assertThat(contents(history(third, cleo, Map.of()))).isEmpty();
            JsonObject atBens = history(reader, ann, Map.of("limit", 2));
            assertThat(contents(atBens)).containsExactly("edited", "of ben 19");
        }
    }

    private static JsonObject edit(ChatPeer from, String to, String messageId, String content, String id) {
        return from.ask(new JsonObject()
                .put("type", "edit_message")
                .put("recipientId", to)
                .put("messageId", messageId)
                .put("content", content)
                .put("id", key(id)));
    }

    private static JsonObject delete(ChatPeer from, String to, String messageId, String id) {
        return from.ask(new JsonObject()
                .put("type", "delete_message")
                .put("recipientId", to)
                .put("messageId", messageId)
                .put("id", key(id)));
    }

    private static JsonObject history(ChatPeer reader, String with, Map<String, Object> range) {
        JsonObject frame =
                new JsonObject().put("type", "history").put("recipientId", with).put("id", "h");
        range.forEach(frame::put);
        return reader.ask(frame);
    }

    /** Null for a deleted message. */
    private static List<String> contents(JsonObject history) {
        return history.getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }

    private HttpResponse<String> call(String method, String owner, String user) {
        return PatientCalls.send(
                http,
                HttpRequest.newBuilder(blocks(user))
                        .method(method, BodyPublishers.noBody())
                        .header("Authorization", "Bearer " + node.token(owner))
                        .build());
    }

    private URI blocks(String user) {
        return URI.create("http://127.0.0.1:" + node.ws().getPort() + "/api/blocks/" + user);
    }
}
