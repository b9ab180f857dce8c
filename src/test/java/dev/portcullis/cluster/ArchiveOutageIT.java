package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.kit.CuttableProxy;
import dev.portcullis.kit.ArchivedChat;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RoomHistory;
import dev.portcullis.kit.SmallDisk;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL takes nothing more, or does not answer. Messages are taken and shown meanwhile, readiness and metrics say what is
 * wrong, and afterwards the archive has each entry once.
 */
@Tag("faults")
class ArchiveOutageIT {
    private static final String LOBBY = "room:lobby";
    private static final String BACKLOG = "portcullis_archive_backlog_bytes";
    private static final String LONG_TEXT = "x".repeat(900);

    /** For a thousand messages, one after the other, on a busy machine. */
    private static final Duration FILLED = Duration.ofMinutes(5);

    private static final long SLOW_MS = 50;

    private final Set<Long> deletions = new HashSet<>();

    @Test
    void full_disk_stops_the_feeding_alone() {
        try (SmallDisk disk = SmallDisk.mount(48);
                PostgresServer postgres = PostgresServer.start("fsync=on");
                ArchivedChat chat = ArchivedChat.start(postgres, postgres.newDatabase(disk));
                ChatPeer ann = chat.enter("ann")) {
            String deleted = begin(chat, ann);
            disk.fill();
            assertThat(Await.until(() -> {
                        chat.say(ann, "lobby", 20, LONG_TEXT);
                        return chat.archiveState().equals("degraded");
                    }))
                    .as("readiness says that nothing is archived")
                    .isTrue();
            assertGoesOn(chat, ann);
            assertHidden(ann, deleted);
            disk.free();
            assertCaughtUp(chat, ann);
        }
    }

    @Test
    void server_that_takes_no_writes_stops_the_feeding_alone() {
        try (PostgresServer postgres = PostgresServer.start("fsync=on");
                ArchivedChat chat = ArchivedChat.start(postgres, postgres.newDatabase());
                ChatPeer ann = chat.enter("ann")) {
            String deleted = begin(chat, ann);
            readOnly(postgres, "on");
            chat.say(ann, "lobby", 20, LONG_TEXT);
            assertThat(chat.reaches("degraded")).isTrue();
            assertGoesOn(chat, ann);
            assertHidden(ann, deleted);
            readOnly(postgres, "off");
            assertCaughtUp(chat, ann);
        }
    }

    /** Other programs have taken all that the server allows, when it has ended those of the node. */
    @Test
    void server_without_a_connection_for_the_node_is_told_and_used_again() throws SQLException {
        List<Connection> others = new ArrayList<>();
        try (PostgresServer postgres =
                        PostgresServer.start("fsync=on", "max_connections=14", "superuser_reserved_connections=0");
                ArchivedChat chat = ArchivedChat.start(postgres, postgres.newDatabase());
                ChatPeer ann = chat.enter("ann")) {
            String unused = begin(chat, ann);
            assertThat(Await.until(() -> {
                        take(postgres, others);
                        end(others.get(0), chat.rows().database());
                        return chat.archiveState().equals("degraded");
                    }))
                    .as("no connection is left")
                    .isTrue();
            assertGoesOn(chat, ann);
            for (Connection each : others) {
                each.close();
            }
            assertCaughtUp(chat, ann);
        }
    }

    @Test
    void slow_server_is_fed_slowly_and_keeps_no_one_waiting() throws Exception {
        try (PostgresServer postgres = PostgresServer.start("fsync=on");
                CuttableProxy proxy = CuttableProxy.to(postgres.port())) {
            String database = postgres.newDatabase();
            String uri = postgres.uri(database).replace(":" + postgres.port() + "/", ":" + proxy.port() + "/");
            try (ArchivedChat chat = ArchivedChat.start(postgres, database, "archive.postgres.uri=" + uri);
                    ChatPeer ann = chat.enter("ann")) {
                String unused = begin(chat, ann);
                proxy.delay(SLOW_MS);
                long begun = System.nanoTime();
                List<JsonObject> acks = chat.say(ann, "lobby", 200, "hello");
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .as("no ack waits for a statement")
                        .isLessThan(Duration.ofMillis(acks.size() * SLOW_MS));
                chat.rows().awaitAll(LOBBY, acks.get(acks.size() - 1).getLong("seq"));
                assertThat(chat.archiveState()).isEqualTo("up");
                assertThat(RoomHistory.forwards(ann, "lobby").gaps()).isEmpty();
                proxy.pass();
                assertCaughtUp(chat, ann);
            }
        }
    }

    @Test
    void backlog_of_a_dead_server_is_seen_and_ends_at_its_bound() {
        try (PostgresServer postgres = PostgresServer.start("fsync=on");
                ArchivedChat chat =
                        ArchivedChat.start(postgres, postgres.newDatabase(), "archive.backlogBytes=1048576");
                ChatPeer ann = chat.enter("ann")) {
            String unused = begin(chat, ann);
            postgres.kill();
            assertThat(chat.reaches("degraded")).isTrue();
            List<String> taken = new ArrayList<>();
            assertThat(Await.until(
                            () -> {
                                JsonObject answer = ann.chat("lobby", LONG_TEXT, "b" + taken.size());
                                if (answer.getString("type").equals("ack")) {
                                    taken.add(answer.getString("messageId"));
                                }
                                return "unavailable".equals(answer.getString("reason"));
                            },
                            FILLED))
                    .as("no message is taken that could be lost; %s were", taken.size())
                    .isTrue();
            assertThat(chat.metric(BACKLOG)).isGreaterThan(1 << 20);
            postgres.restart();
            assertCaughtUp(chat, ann);
            assertThat(RoomHistory.forwards(ann, "lobby").of(each -> each.getString("messageId")))
                    .as("all that was acknowledged is there")
                    .containsAll(taken);
        }
    }

    /** The message is in the archive, and its deletion goes with the oldest entries that wait. */
    @Test
    void deletion_that_is_lost_in_a_gap_takes_the_text_all_the_same() {
        try (PostgresServer postgres = PostgresServer.start("fsync=on");
                ArchivedChat chat = ArchivedChat.start(
                        postgres, postgres.newDatabase(), "archive.backlogBytes=1048576", "archive.onFull=gap");
                ChatPeer ann = chat.enter("ann")) {
            String unused = begin(chat, ann);
            JsonObject said = chat.say(ann, "lobby", 1, "not for long").get(0);
            chat.rows().awaitAll(LOBBY, said.getLong("seq"));
            postgres.kill();
            long deletion = delete(ann, said.getString("messageId"));
            assertThat(Await.until(() -> {
                        chat.say(ann, "lobby", 50, LONG_TEXT);
                        return chat.metric(BACKLOG) > 1 << 20;
                    }))
                    .isTrue();
            chat.say(ann, "lobby", 100, LONG_TEXT);
            postgres.restart();
            assertThat(chat.reaches("up")).isTrue();
            assertThat(Await.until(() -> chat.metric(BACKLOG) < 1 << 20))
                    .as("entries wait again")
                    .isTrue();
            long head = chat.say(ann, "lobby", 1, "after it").get(0).getLong("seq");
            chat.rows().awaitReached(LOBBY, head);
            assertThat(RoomHistory.forwards(ann, "lobby").seqs())
                    .as("the entry of the deletion is lost")
                    .doesNotContain(deletion);
            assertThat(Await.until(() -> RoomHistory.before(ann, "lobby", said.getLong("seq") + 1).stream()
                            .noneMatch(each -> each.encode().contains("not for long"))))
                    .isTrue();
            assertThat(Await.until(() -> !chat.rows().contain("not for long"))).isTrue();
        }
    }

    /** More than the window is in the archive. Returns the id of a message there, which is deleted later. */
    private static String begin(ArchivedChat chat, ChatPeer ann) {
        ann.join("lobby");
        List<JsonObject> acks = chat.say(ann, "lobby", 3 * ArchivedChat.WINDOW, "hello");
        chat.rows().awaitAll(LOBBY, acks.size());
        assertThat(chat.reaches("up")).isTrue();
        return acks.get(0).getString("messageId");
    }

    private static void assertGoesOn(ArchivedChat chat, ChatPeer ann) {
        double before = chat.metric(BACKLOG);
        List<JsonObject> acks = chat.say(ann, "lobby", 2 * ArchivedChat.WINDOW, LONG_TEXT);
        assertThat(Await.until(() -> chat.metric(BACKLOG) > before))
                .as("what waits is counted")
                .isTrue();
        long head = acks.get(acks.size() - 1).getLong("seq");
        try (ChatPeer ben = chat.enter("ben")) {
            assertThat(ben.join("lobby").getLong("seq")).isEqualTo(head);
            List<JsonObject> newest = RoomHistory.messages(ben.ask(RoomHistory.page("lobby", "newest")));
            assertThat(newest.get(newest.size() - 1).getLong("seq")).isEqualTo(head);
            JsonObject oldest = once(ben, RoomHistory.page("lobby", "oldest").put("before", 10));
            assertThat(oldest.getString("reason", "history"))
                    .as("a page of the archive alone is read, or the answer says that it can't be: %s", oldest)
                    .isIn("history", "unavailable");
        }
        assertThat(chat.archiveState()).isEqualTo("degraded");
        assertThat(chat.metric("portcullis_archive_away")).isEqualTo(1);
    }

    /**
     * Where the archive can't be told of a deletion now, it is not read, since the text would show. A disk that is full may still have
     * room for this one.
     */
    private void assertHidden(ChatPeer ann, String message) {
        deletions.add(delete(ann, message));
        JsonObject page = once(ann, RoomHistory.page("lobby", "hidden").put("before", 10));
        assertThat(page.getString("reason", "")).as(page.encode()).isIn("unavailable", "");
        assertThat(page.getJsonArray("messages", new JsonArray()).stream().map(JsonObject.class::cast))
                .as(page.encode())
                .noneMatch(shown -> shown.getString("messageId").equals(message)
                        && !shown.getString("type").equals("message_deleted"));
    }

    /** Returns the place of the deletion. */
    private static long delete(ChatPeer ann, String message) {
        JsonObject ack = ann.ask(new JsonObject()
                .put("type", "delete_message")
                .put("roomId", "lobby")
                .put("messageId", message)
                .put("id", "delete"));
        assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
        return ack.getLong("seq");
    }

    private void assertCaughtUp(ArchivedChat chat, ChatPeer ann) {
        assertThat(chat.reaches("up")).as("the archive is used again").isTrue();
        long head = chat.say(ann, "lobby", 1, "after it").get(0).getLong("seq");
        chat.rows().awaitAll(LOBBY, head);
        RoomHistory.Forwards all = RoomHistory.forwards(ann, "lobby");
        assertThat(all.gaps()).isEmpty();
        assertThat(all.seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, head).boxed().toList());
        assertThat(RoomHistory.seqsBefore(ann, "lobby", head + 1))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, head)
                        .boxed()
                        .filter(seq -> !deletions.contains(seq))
                        .toList());
        assertThat(Await.until(() -> chat.metric(BACKLOG) == 0)).isTrue();
    }

    /** The answer as it comes, also where it could be another one later. */
    private static JsonObject once(ChatPeer peer, JsonObject question) {
        String id = question.getString("id");
        peer.send(question);
        return peer.next(frame -> id.equals(frame.getString("id")), "answer to " + id);
    }

    private static void readOnly(PostgresServer postgres, String value) {
        postgres.execute("postgres", "ALTER SYSTEM SET default_transaction_read_only = " + value);
        postgres.execute("postgres", "SELECT pg_reload_conf()");
    }

    private static void take(PostgresServer postgres, List<Connection> taken) {
        try {
            while (true) {
                taken.add(postgres.connect("postgres"));
            }
        } catch (SQLException full) {
            assertThat(full.getSQLState()).isEqualTo("53300");
        }
    }

    private static void end(Connection operator, String database) {
        try (var statement = operator.createStatement()) {
            statement.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }
}
