package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What clients see of rooms, over real sockets and with two client implementations. Each test has its own users and rooms. */
abstract class ConversationContract extends ConversationAcrossNodes {
    @Test
    void resume_from_an_unknown_position_is_not_recovered() {
        try (ChatPeer ann = enter("ann")) {
            ann.join(lobby);
            JsonObject ack = ann.say(lobby, "one", "1");
            for (JsonObject since : List.of(
                    new JsonObject().put("epoch", ack.getString("epoch")).put("seq", 2),
                    new JsonObject().put("epoch", "another").put("seq", 1))) {
                ann.send(new JsonObject()
                        .put("type", "join")
                        .put("roomId", lobby)
                        .put("since", since));
                JsonObject joined = ann.next("joined");
                assertThat(joined.getBoolean("recovered")).isFalse();
                assertThat(joined.getJsonArray("messages")).isEmpty();
                assertThat(joined.getLong("seq")).isEqualTo(1);
            }
        }
    }

    @Test
    void history_is_paged_backwards_and_forwards() {
        try (ChatPeer ann = enter("ann")) {
            ann.join(lobby);
            for (int i = 1; i <= 60; i++) {
                ann.say(lobby, "m" + i, "i" + i);
            }
            JsonObject newest = history(ann, Map.of());
            assertThat(seqs(newest.getJsonArray("messages")))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(11, 60).boxed().toList());
            assertThat(newest.getBoolean("more")).isTrue();
            JsonObject before = history(ann, Map.of("before", 11));
            assertThat(seqs(before.getJsonArray("messages")))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 10).boxed().toList());
            assertThat(before.getBoolean("more")).isFalse();
            JsonObject after = history(ann, Map.of("after", 20, "limit", 5));
            assertThat(seqs(after.getJsonArray("messages"))).containsExactly(21L, 22L, 23L, 24L, 25L);
            assertThat(after.getBoolean("more")).isTrue();
        }
    }

    @Test
    void join_with_a_tail_brings_the_newest_messages_as_the_history_shows_them() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(lobby);
            ann.join(second);
            List<JsonObject> said = IntStream.rangeClosed(1, 8)
                    .mapToObj(i -> ann.say(lobby, "m" + i, "m" + i))
                    .toList();
            ann.ask(amend("edit_message", said.get(6)).put("content", "edited"));
            ann.ask(amend("delete_message", said.get(5)));
            JsonArray shown = history(ann, Map.of("limit", 4)).getJsonArray("messages");
            JsonObject joined = ben.ask(join("j1", lobby).put("tail", 4));
            assertThat(joined.getBoolean("recovered")).isFalse();
            assertThat(joined.getBoolean("more")).isFalse();
            assertThat(joined.getLong("seq")).isEqualTo(10);
            assertThat(joined.getJsonArray("messages")).isEqualTo(shown);
            assertThat(seqs(shown)).containsExactly(5L, 6L, 7L, 8L);
            ann.say(lobby, "live", "live");
            assertThat(ben.next("chat").getLong("seq")).isEqualTo(11);

            JsonArray rooms = new JsonArray()
                    .add(new JsonObject().put("roomId", lobby).put("tail", 1))
                    .add(new JsonObject().put("roomId", second).put("tail", 50));
            ben.send(new JsonObject().put("type", "join").put("rooms", rooms));
            assertThat(contents(ben.next("joined").getJsonArray("messages"))).containsExactly("live");
            assertThat(ben.next("joined").getJsonArray("messages")).isEmpty();
        }
    }

    @Test
    void tail_counts_only_where_the_position_can_not_be_resumed() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            JsonObject place = ann.join(lobby);
            IntStream.rangeClosed(1, 5).forEach(i -> ann.say(lobby, "m" + i, "m" + i));
            JsonObject since =
                    new JsonObject().put("epoch", place.getString("epoch")).put("seq", 1);
            JsonObject exact = ben.ask(join("j1", lobby).put("since", since).put("tail", 2));
            assertThat(exact.getBoolean("recovered")).isTrue();
            assertThat(seqs(exact.getJsonArray("messages"))).containsExactly(2L, 3L, 4L, 5L);
            JsonObject forgotten = ben.ask(join("j2", lobby)
                    .put("since", since.copy().put("epoch", "other"))
                    .put("tail", 2));
            assertThat(forgotten.getBoolean("recovered")).isFalse();
            assertThat(seqs(forgotten.getJsonArray("messages"))).containsExactly(4L, 5L);
        }
    }

    @Test
    void join_of_a_hundred_rooms_succeeds_and_one_more_is_a_conflict() {
        try (ChatPeer ann = enter("ann", "team-*")) {
            JsonArray rooms = new JsonArray();
            IntStream.range(0, 100).forEach(i -> rooms.add(new JsonObject().put("roomId", "team-" + i)));
            ann.send(new JsonObject().put("type", "join").put("rooms", rooms).put("id", "all"));
            for (int i = 0; i < 100; i++) {
                JsonObject joined = ann.next("joined");
                assertThat(joined.getString("roomId")).isEqualTo("team-" + i);
                assertThat(joined.getString("id")).isEqualTo("all");
            }
            ann.send(new JsonObject()
                    .put("type", "join")
                    .put("roomId", "team-100")
                    .put("id", "more"));
            JsonObject error = ann.next("error");
            assertThat(error.getString("reason")).isEqualTo("conflict");
            assertThat(error.getString("roomId")).isEqualTo("team-100");
            ann.send(new JsonObject().put("type", "leave").put("roomId", "team-7"));
            ann.next("left");
            assertThat(ann.join("team-100").getBoolean("recovered")).isFalse();
        }
    }

    @Test
    void repeated_join_is_answered_and_messages_are_delivered_once() {
        try (ChatPeer ann = enter("ann")) {
            ann.join(lobby);
            ann.join(lobby);
            ann.say(lobby, "one", "1");
            ann.next("chat");
            ann.send(new JsonObject().put("type", "ping"));
            ann.next("pong");
            assertThat(ann.rest()).isEmpty();
        }
    }

    @Test
    void user_who_left_receives_no_messages() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(lobby);
            ben.join(lobby);
            ben.send(new JsonObject().put("type", "leave").put("roomId", lobby).put("id", "bye"));
            assertThat(ben.next("left").getString("id")).isEqualTo("bye");
            ann.say(lobby, "gone?", "1");
            ben.send(new JsonObject()
                    .put("type", "chat")
                    .put("roomId", lobby)
                    .put("content", "hi")
                    .put("id", "2"));
            assertThat(ben.next().getString("reason")).isEqualTo("not_member");
        }
    }

    private JsonObject amend(String type, JsonObject said) {
        return new JsonObject()
                .put("type", type)
                .put("id", type)
                .put("roomId", lobby)
                .put("messageId", said.getString("messageId"));
    }

    private JsonObject history(ChatPeer peer, Map<String, Object> bounds) {
        JsonObject frame = new JsonObject().put("type", "history").put("roomId", lobby);
        bounds.forEach(frame::put);
        peer.send(frame);
        return peer.next("history");
    }
}
