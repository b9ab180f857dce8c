package dev.portcullis.streams.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The author is found without parsing, so a text must not be able to look like one. */
class AuthorChangeTest {
    private static final StreamName ROOM = StreamName.room(new RoomId("lobby"));
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final UserId GONE = new UserId("deleted");
    private static final List<String> PARTS = List.of(
            "\"",
            "\\",
            "\"userId\":\"ann\"",
            ",\"username\":\"",
            "userId",
            "ann",
            "}",
            ":",
            "é",
            "\u2028",
            "\n",
            "\ud83d\ude00");

    @Test
    void random_bodies_are_the_same_json_with_another_author_and_no_name() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            JsonObject json = new JsonObject().put("type", "chat_message").put("messageId", "m");
            json.put("userId", "ann");
            JsonObject expected = json.copy().put("userId", "deleted");
            if (random.nextBoolean()) {
                json.put("username", text(random));
            }
            String content = text(random);
            json.put("content", content);
            expected.put("content", content);

            EntryRow changed = new AuthorChange(Erasure.ofName(ANN, GONE))
                    .apply(row(ANN, json))
                    .orElseThrow();

            assertThat(new JsonObject("{" + new String(changed.entry().body(), StandardCharsets.UTF_8)))
                    .as("portcullis.seed=%d round %d: %s", seed, round, json)
                    .isEqualTo(expected);
        }
    }

    @Test
    void row_keeps_everything_else() {
        EntryRow before = row(ANN, new JsonObject().put("userId", "ann"));
        EntryRow after =
                new AuthorChange(Erasure.ofName(ANN, GONE)).apply(before).orElseThrow();
        assertThat(after.message()).contains(new Message("m", GONE));
        assertThat(after.state()).isEqualTo(before.state());
        assertThat(after.amendedBy()).isEqualTo(before.amendedBy());
        assertThat(after.stored()).isEqualTo(before.stored());
        assertThat(after.entry().position()).isEqualTo(before.entry().position());
        assertThat(after.entry().timestamp()).isEqualTo(before.entry().timestamp());
    }

    @Test
    void row_of_another_author_is_not_changed_whatever_its_body_says() {
        assertThat(new AuthorChange(Erasure.ofName(ANN, GONE)).apply(row(BEN, new JsonObject().put("userId", "ann"))))
                .isEmpty();
    }

    /** The text of a message that another user deleted is the deletion, which names that user. */
    @Test
    void row_that_a_user_deleted_names_that_user_no_more_and_keeps_its_author() {
        EntryRow deleted = row(BEN, new JsonObject())
                .saying(DeliveredMessage.deletedBody(new Target.ToRoom(new RoomId("lobby")), "m", ANN, 5));

        EntryRow changed =
                new AuthorChange(Erasure.ofName(ANN, GONE)).apply(deleted).orElseThrow();

        assertThat(changed.message()).contains(new Message("m", BEN));
        assertThat(changed.entry().body())
                .isEqualTo(DeliveredMessage.deletedBody(new Target.ToRoom(new RoomId("lobby")), "m", GONE, 5));
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int parts = random.nextInt(6); parts > 0; parts--) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        return text.toString();
    }

    private static EntryRow row(UserId author, JsonObject json) {
        byte[] body = Json.encode(json).substring(1).getBytes(StandardCharsets.UTF_8);
        StreamEntry entry = new StreamEntry(ROOM, new Position("e", 7), 5, body);
        return new EntryRow(6, entry, EntryState.EDITED, 9, Optional.of(new Message("m", author)));
    }
}
