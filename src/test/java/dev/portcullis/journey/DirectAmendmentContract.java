package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PatientCalls;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clients see of edits, blocks and the history of direct messages, over real sockets. */
abstract class DirectAmendmentContract extends DirectAmendmentAcrossNodes {
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
}
