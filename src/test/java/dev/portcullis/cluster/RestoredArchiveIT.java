package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ArchivedChat;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.RoomHistory;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PostgreSQL is put back to a copy of its files, while the node runs and the store has what came after the copy. */
@Tag("faults")
class RestoredArchiveIT {
    private static final int WINDOW = ArchivedChat.WINDOW;
    private static final List<String> LATER =
            IntStream.range(0, 6).mapToObj(i -> "later-" + i).toList();

    private final Map<String, String> texts = new HashMap<>();
    private int number;

    @Test
    void archive_of_an_hour_ago_gets_what_the_windows_have_and_readers_are_told_of_the_rest() {
        try (RedisProcess redis = RedisProcess.start("--save", "");
                PostgresServer postgres = PostgresServer.start("fsync=on");
                ArchivedChat chat = ArchivedChat.start(
                        postgres, postgres.newDatabase(), "store.kind=redis", "store.redis.uri=" + redis.uri());
                ChatPeer ann = chat.enter("ann");
                ChatPeer eve = chat.enter("eve")) {
            Stream.concat(Stream.of("lobby"), LATER.stream()).forEach(ann::join);
            eve.join("lobby");
            say(chat, eve, 10);
            say(chat, ann, 2 * WINDOW);
            ann.join("quiet");
            String quiet = say(chat, ann, "quiet", 1).getString("messageId");
            say(chat, ann, "quiet", 2 * WINDOW);
            chat.rows().awaitAll("room:quiet", 1 + 2 * WINDOW);
            chat.rows().awaitAll("room:lobby", 10 + 2 * WINDOW);
            Path copy = copy(postgres);

            JsonObject lost = say(chat, ann, 1);
            say(chat, ann, 3 * WINDOW);
            LATER.forEach(room -> say(chat, ann, room, 5)); // their epochs are new to the archive
            assertThat(archivedEntries(chat.erase("eve"))).isEqualTo(10);
            delete(ann, quiet);
            chat.rows().awaitAll("room:quiet", 2 + 2 * WINDOW);
            JsonObject kept = say(chat, ann, 1);
            long head = kept.getLong("seq");
            chat.rows().awaitAll("room:lobby", head);
            LATER.forEach(room -> chat.rows().awaitAll("room:" + room, 5));
            postgres.stop();
            postgres.takeFiles(copy);
            postgres.restart();

            long firstAgain = head - WINDOW;
            chat.rows().awaitAll("room:quiet", 2 + 2 * WINDOW); // nothing was said since
            chat.rows().await("room:lobby", head, 10 + 2 * WINDOW + head - firstAgain);
            LATER.forEach(room -> chat.rows().awaitAll("room:" + room, 5));
            assertDeleted(ann, quiet);
            head = say(chat, ann, 1).getLong("seq");
            LATER.forEach(room -> say(chat, ann, room, 1));
            chat.rows().await("room:lobby", head, 10 + 2 * WINDOW + head - firstAgain);
            LATER.forEach(room -> chat.rows().awaitAll("room:" + room, 6));

            RoomHistory.Forwards all = RoomHistory.forwards(ann, "lobby");
            assertThat(all.seqs())
                    .containsExactlyElementsOf(LongStream.concat(
                                    LongStream.rangeClosed(1, 10 + 2 * WINDOW),
                                    LongStream.rangeClosed(firstAgain + 1, head))
                            .boxed()
                            .toList());
            assertThat(all.gaps()).as("the hole is told where it is").containsExactly(10L + 2 * WINDOW);
            assertResume(chat, lost, false);
            assertResume(chat, kept, true);
            LATER.forEach(
                    room -> assertThat(RoomHistory.forwards(ann, room).seqs()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L));
            assertMeanOneThing(ann, "lobby");
            LATER.forEach(room -> assertMeanOneThing(ann, room));
            assertThat(postgres.ask(
                            chat.rows().database(),
                            "SELECT s.name FROM portcullis.stream s LEFT JOIN portcullis.epoch p ON p.id = s.epoch"
                                    + " WHERE p.id IS NULL"))
                    .isEmpty();

            assertThat(all.messages().toString())
                    .as("the text of a user who was erased after the copy is back")
                    .contains("by eve");
            assertThat(archivedEntries(chat.erase("eve"))).isEqualTo(10);
            assertThat(RoomHistory.forwards(ann, "lobby").messages().toString()).doesNotContain("by eve");
        }
    }

    private static void delete(ChatPeer ann, String message) {
        JsonObject ack = ann.ask(new JsonObject()
                .put("type", "delete_message")
                .put("roomId", "quiet")
                .put("messageId", message)
                .put("id", "delete"));
        assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
    }

    private static void assertDeleted(ChatPeer ann, String message) {
        assertThat(RoomHistory.before(ann, "quiet", 2 + 2 * WINDOW))
                .hasSize(1 + 2 * WINDOW)
                .first()
                .satisfies(first -> {
                    assertThat(first.getString("messageId")).isEqualTo(message);
                    assertThat(first.getString("type")).isEqualTo("message_deleted");
                });
        assertThat(RoomHistory.forwards(ann, "quiet").messages().get(0).getString("type"))
                .isEqualTo("message_deleted");
    }

    private static Path copy(PostgresServer postgres) {
        postgres.stop();
        Path copy = postgres.copyFiles();
        postgres.restart();
        return copy;
    }

    private JsonObject say(ArchivedChat chat, ChatPeer peer, int count) {
        return say(chat, peer, "lobby", count);
    }

    /** Returns the last ack. */
    private JsonObject say(ArchivedChat chat, ChatPeer peer, String room, int count) {
        Optional<JsonObject> last = Optional.empty();
        for (int i = 0; i < count; i++) {
            String text = "text " + number++ + (number <= 10 ? " by eve" : "");
            JsonObject ack = chat.say(peer, room, 1, text).get(0);
            texts.put(position(room, ack), text);
            last = Optional.of(ack);
        }
        return last.orElseThrow();
    }

    private static long archivedEntries(JsonObject receipt) {
        return receipt.getJsonObject("counts").getLong("archivedEntries");
    }

    private static void assertResume(ArchivedChat chat, JsonObject position, boolean recovered) {
        try (ChatPeer again = chat.enter("ben")) {
            again.send(new JsonObject()
                    .put("type", "join")
                    .put("roomId", "lobby")
                    .put(
                            "since",
                            new JsonObject()
                                    .put("epoch", position.getString("epoch"))
                                    .put("seq", position.getLong("seq"))));
            assertThat(again.next("joined").getBoolean("recovered")).isEqualTo(recovered);
        }
    }

    /** Each message is at the position that its ack said. */
    private void assertMeanOneThing(ChatPeer ann, String room) {
        assertThat(RoomHistory.forwards(ann, room).messages())
                .allSatisfy(each -> assertThat(each.getString("content"))
                        .as(each.encode())
                        .isEqualTo(texts.get(position(room, each))));
    }

    private static String position(String room, JsonObject message) {
        return room + " " + message.getString("epoch") + " " + message.getLong("seq");
    }
}
