package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What a history shows of messages whose edits and deletions came before it. */
class AmendmentsTest {
    private final Amendments amendments = new Amendments();

    @Test
    void message_shows_its_newest_edit_and_keeps_its_place() {
        amendments.add(edit("m", 8, "newest"));
        amendments.add(edit("m", 7, "late").put("text", "<late>"));

        JsonObject shown = shown(message("m", 3).put("text", "<old>").put("username", "Bob"));

        assertThat(shown)
                .isEqualTo(message("m", 3)
                        .put("username", "Bob")
                        .put("content", "newest")
                        .put("edited", new JsonObject().put("seq", 8L).put("timestamp", 8L)));
    }

    @Test
    void deleted_message_shows_nothing_of_its_content() {
        amendments.add(edit("m", 7, "edited"));
        amendments.add(amendment("message_deleted", "m", 8));

        assertThat(shown(message("m", 3)))
                .isEqualTo(amendment("message_deleted", "m", 8).put("seq", 3L));
    }

    @Test
    void deleted_event_shows_nothing_of_its_data() {
        amendments.add(amendment("message_deleted", "m", 8));
        JsonObject event = message("m", 3).put("type", "event").put("data", 5);
        event.remove("content");

        assertThat(shown(event)).isEqualTo(amendment("message_deleted", "m", 8).put("seq", 3L));
    }

    @Test
    void newer_state_in_the_history_stays() {
        amendments.add(edit("m", 7, "older"));
        JsonObject edited = message("m", 3).put("edited", new JsonObject().put("seq", 7L));
        JsonObject deleted = amendment("message_deleted", "m", 3);

        assertThat(shown(edited)).isEqualTo(edited.copy());
        assertThat(shown(deleted)).isEqualTo(deleted.copy());
    }

    @Test
    void edit_of_another_epoch_which_the_store_may_have_lost_does_not_count() {
        amendments.add(edit("m", 7, "lost").put("epoch", "e0"));

        assertThat(shown(message("m", 3))).isEqualTo(message("m", 3));
    }

    @Test
    void only_the_newest_thousand_are_kept() {
        for (int i = 0; i < 1_000; i++) {
            amendments.add(edit("m" + i, 2_000 + i, "new"));
        }
        amendments.add(edit("m0", 3_000, "newer"));
        amendments.add(edit("m1000", 3_001, "new"));

        assertThat(shown(message("m0", 1)).getString("content")).isEqualTo("newer");
        assertThat(shown(message("m1", 2)).getString("content")).isEqualTo("old");
        assertThat(shown(message("m2", 3)).getString("content")).isEqualTo("new");
    }

    @Test
    void answer_without_messages_and_fields_of_the_wrong_type_stay_as_they_are() {
        amendments.add(new JsonObject().put("type", "message_edited").put("messageId", 5));
        JsonObject refusal = new JsonObject().put("type", "error");

        assertThat(amendments.applyTo(refusal)).isEqualTo(new JsonObject().put("type", "error"));
        assertThat(amendments
                        .applyTo(new JsonObject().put("messages", new JsonArray().add(7)))
                        .getJsonArray("messages"))
                .containsExactly(7);
    }

    private JsonObject shown(JsonObject message) {
        JsonObject history = new JsonObject().put("epoch", "e1").put("messages", new JsonArray().add(message.copy()));
        return amendments.applyTo(history).getJsonArray("messages").getJsonObject(0);
    }

    private static JsonObject message(String messageId, long seq) {
        return amendment("chat", messageId, seq).put("content", "old");
    }

    private static JsonObject edit(String messageId, long seq, String content) {
        return amendment("message_edited", messageId, seq).put("content", content);
    }

    private static JsonObject amendment(String type, String messageId, long seq) {
        return new JsonObject()
                .put("type", type)
                .put("roomId", "lobby")
                .put("epoch", "e1")
                .put("seq", seq)
                .put("messageId", messageId)
                .put("timestamp", seq);
    }
}
