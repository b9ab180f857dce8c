package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PatientCalls;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks and amendments that one node takes and others have to follow. */
abstract class DirectAmendmentAcrossNodes extends DirectPeers {
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

    static JsonObject edit(ChatPeer from, String to, String messageId, String content, String id) {
        return from.ask(new JsonObject()
                .put("type", "edit_message")
                .put("recipientId", to)
                .put("messageId", messageId)
                .put("content", content)
                .put("id", key(id)));
    }

    static JsonObject delete(ChatPeer from, String to, String messageId, String id) {
        return from.ask(new JsonObject()
                .put("type", "delete_message")
                .put("recipientId", to)
                .put("messageId", messageId)
                .put("id", key(id)));
    }

    HttpResponse<String> call(String method, String owner, String user) {
        return PatientCalls.send(
                http,
                HttpRequest.newBuilder(blocks(user))
                        .method(method, BodyPublishers.noBody())
                        .header("Authorization", "Bearer " + node.token(owner))
                        .build());
    }

    URI blocks(String user) {
        return URI.create("http://127.0.0.1:" + node.ws().getPort() + "/api/blocks/" + user);
    }
}
