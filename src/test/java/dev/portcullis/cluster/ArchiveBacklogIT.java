package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ArchiveRows;
import dev.portcullis.kit.ArchivedChat;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PostgresServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node starts again with much that waits for the archive: it serves at once, and feeds beside that.
 * {@code -Dportcullis.backlog=1000000} makes it a million.
 */
@Tag("faults")
class ArchiveBacklogIT {
    private static final int MESSAGES = Integer.getInteger("portcullis.backlog", 100_000);
    private static final int ROOMS = 10;
    private static final int EACH = MESSAGES / ROOMS;
    private static final int AT_ONCE = 250;

    /** What a message takes at the most on a busy machine, while the node is about to feed. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    @Test
    void node_that_starts_with_a_backlog_serves_at_once_and_feeds_all_of_it_once() {
        try (PostgresServer postgres = PostgresServer.start("fsync=on")) {
            String database = postgres.newDatabase();
            try (ArchivedChat before = start(postgres, database)) {
                postgres.kill();
                IntStream.range(0, ROOMS).parallel().forEach(i -> fill(before, room(i)));
            }
            postgres.restart();
            long begun = System.nanoTime();
            try (ArchivedChat chat = start(postgres, database);
                    ChatPeer ann = chat.enter("ann")) {
                ann.join("live");
                Duration ready = since(begun);
                long fed = fed(chat.rows());
                assertThat(fed).as("it serves before the archive has all").isLessThan(MESSAGES);
                Duration slowest = Duration.ZERO;
                long said = 0;
                while (fed(chat.rows()) < MESSAGES) {
                    assertThat(since(begun)).as("it feeds").isLessThan(Duration.ofMinutes(10));
                    long sent = System.nanoTime();
                    said = chat.say(ann, "live", 1, "meanwhile").get(0).getLong("seq");
                    slowest = slowest.compareTo(since(sent)) < 0 ? since(sent) : slowest;
                }
                System.out.printf(
                        "backlog of %d: ready in %d ms with %d fed, all in %d ms; of %d messages meanwhile the slowest took %d ms%n",
                        MESSAGES, ready.toMillis(), fed, since(begun).toMillis(), said, slowest.toMillis());
                assertThat(slowest).isLessThan(PATIENCE);
                IntStream.range(0, ROOMS).forEach(i -> chat.rows().awaitAll("room:" + room(i), EACH));
                chat.rows().awaitAll("room:live", said);
            }
        }
    }

    private ArchivedChat start(PostgresServer postgres, String database) {
        return ArchivedChat.start(
                postgres, database, "store.path=" + folder.resolve("store"), "archive.backlogBytes=2147483648");
    }

    private static String room(int number) {
        return "backlog-" + number;
    }

    private static void fill(ArchivedChat chat, String room) {
        try (ChatPeer peer = chat.enter("user-of-" + room)) {
            peer.join(room);
            for (int sent = 0; sent < EACH; sent += AT_ONCE) {
                for (int i = sent; i < Math.min(EACH, sent + AT_ONCE); i++) {
                    peer.send(new JsonObject()
                            .put("type", "chat")
                            .put("roomId", room)
                            .put("content", "what waits for the archive, as number " + i)
                            .put("id", "b" + i));
                }
                for (int i = sent; i < Math.min(EACH, sent + AT_ONCE); i++) {
                    assertThat(peer.next(frame -> frame.getString("id", "").startsWith("b"), "answer")
                                    .getString("type"))
                            .isEqualTo("ack");
                }
                List<JsonObject> unused = peer.rest();
            }
        }
    }

    /** How many entries of the backlog the archive has. */
    private static long fed(ArchiveRows rows) {
        return Long.parseLong(rows.server()
                .ask(
                        rows.database(),
                        "SELECT coalesce(sum(seq), 0) FROM portcullis.stream WHERE name LIKE 'room:backlog-%'")
                .get(0));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
