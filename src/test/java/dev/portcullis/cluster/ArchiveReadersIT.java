package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ArchivedChat;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RoomHistory;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Those who search, or read old pages, while PostgreSQL does not answer them: each gets an answer, and keeps no one waiting who
 * writes, or reads what PostgreSQL does answer.
 */
@Tag("faults")
class ArchiveReadersIT {
    private static final String LOBBY = "room:lobby";

    /** More than the connections to PostgreSQL. */
    private static final int READERS = 20;

    private static PostgresServer postgres;
    private static ArchivedChat chat;

    private final List<ChatPeer> readers = new ArrayList<>();
    private ChatPeer ann;
    private long head;

    @BeforeAll
    static void start() {
        postgres = PostgresServer.start("fsync=on");
        chat = ArchivedChat.start(postgres, postgres.newDatabase(), "archive.postgres.statementMs=3000");
    }

    @AfterAll
    static void stop() {
        if (chat != null) {
            chat.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void enter() {
        ann = chat.enter("ann");
        ann.join("lobby");
        List<JsonObject> acks = chat.say(ann, "lobby", 2 * ArchivedChat.WINDOW, "a walrus");
        chat.rows().awaitAll(LOBBY, acks.get(acks.size() - 1).getLong("seq"));
        head = chat.say(ann, "lobby", 1, "which trims the window").get(0).getLong("seq");
        chat.rows().awaitAll(LOBBY, head);
        assertThat(chat.reaches("up")).isTrue();
        IntStream.range(0, READERS).forEach(i -> readers.add(chat.enter("reader-" + i)));
    }

    @AfterEach
    void leave() {
        ann.close();
        readers.forEach(ChatPeer::close);
    }

    @Test
    void searches_of_a_server_that_stands_still_say_so_and_find_again_later() {
        postgres.pause();
        try {
            readers.forEach(each -> each.send(search("s")));
            assertWritable();
            assertThat(readers).allSatisfy(each -> assertRefused(each, "s"));
        } finally {
            postgres.goOn();
        }
        assertFound();
    }

    @Test
    void searches_of_a_dead_server_say_so_and_find_again_later() {
        postgres.kill();
        readers.forEach(each -> each.send(search("s")));
        assertThat(readers).allSatisfy(each -> assertRefused(each, "s"));
        assertWritable();
        postgres.restart();
        assertFound();
    }

    /** The table is one that a search alone reads, as it alone would wait for the index. */
    @Test
    void searches_that_wait_leave_connections_for_pages_and_for_the_feeder() throws SQLException {
        try (Connection operator = postgres.connect(chat.rows().database());
                Statement statement = operator.createStatement()) {
            operator.setAutoCommit(false);
            statement.execute("LOCK TABLE portcullis.unindexed");
            readers.forEach(each -> each.send(search("s")));
            assertPage(ann);
            assertWritable();
            chat.rows().awaitAll(LOBBY, head);
            assertThat(readers)
                    .as("each is answered although the lock is held")
                    .allSatisfy(each -> assertRefused(each, "s"));
            operator.rollback();
        }
        assertFound();
    }

    @Test
    void search_without_its_index_finds_the_same() {
        postgres.execute(chat.rows().database(), "DROP INDEX " + wordsIndex());
        assertFound();
    }

    @Test
    void pages_that_wait_keep_no_writer_waiting() throws SQLException {
        try (Connection operator = postgres.connect(chat.rows().database());
                Statement statement = operator.createStatement()) {
            operator.setAutoCommit(false);
            statement.execute("LOCK TABLE portcullis.run");
            readers.forEach(each -> each.send(RoomHistory.page("lobby", "p").put("before", ArchivedChat.WINDOW)));
            assertThat(Await.until(() -> chat.metric("portcullis_archive_calls_waiting") > 0))
                    .as("all connections are taken")
                    .isTrue();
            assertWritable();
            try (ChatPeer ben = chat.enter("ben")) {
                assertThat(ben.join("lobby").getLong("seq")).isEqualTo(head);
            }
            assertThat(readers).allSatisfy(each -> assertRefused(each, "p"));
            operator.rollback();
        }
        readers.forEach(ArchiveReadersIT::assertPage);
        chat.rows().awaitAll(LOBBY, head);
    }

    private void assertWritable() {
        List<JsonObject> acks = chat.say(ann, "lobby", 30, "meanwhile");
        head = acks.get(acks.size() - 1).getLong("seq");
    }

    private static void assertPage(ChatPeer reader) {
        List<JsonObject> read = RoomHistory.messages(
                reader.ask(RoomHistory.page("lobby", "page").put("before", ArchivedChat.WINDOW)));
        assertThat(read).hasSize(ArchivedChat.WINDOW - 1);
    }

    private void assertFound() {
        readers.forEach(each -> {
            JsonObject found = each.ask(search("found").put("limit", 50));
            assertThat(found.getString("type")).as(found.encode()).isEqualTo("search");
            assertThat(found.getJsonArray("matches")).isNotEmpty();
        });
        assertPage(ann);
    }

    private static JsonObject search(String id) {
        return new JsonObject()
                .put("type", "search")
                .put("roomId", "lobby")
                .put("query", "walrus")
                .put("id", id);
    }

    /** It is told that it may ask again. */
    private static void assertRefused(ChatPeer peer, String id) {
        JsonObject answer = peer.next(frame -> id.equals(frame.getString("id")), "answer to " + id);
        assertThat(answer.getString("reason")).as(answer.encode()).isIn("unavailable", "timeout");
    }

    private static String wordsIndex() {
        return postgres.ask(
                        chat.rows().database(),
                        "SELECT 'portcullis.' || indexname FROM pg_indexes WHERE schemaname = 'portcullis' AND tablename = 'entry'"
                                + " AND indexdef LIKE '%gin%'")
                .get(0);
    }
}
