package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.workload.AmendingAuthor;
import dev.portcullis.cluster.workload.AmendingAuthor.Written;
import dev.portcullis.kit.ArchivedChat;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.RoomHistory;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Users write in rooms and to each other, edit and delete old and new messages, while PostgreSQL is killed and stands still.
 * Afterwards each acknowledged message is shown once, at its position and as it was left, on both sides of the border of the
 * window, and no deleted text anywhere.
 */
@Tag("faults")
class ArchivedStatesIT {
    private static final List<String> ROOMS = List.of("states-1", "states-2");
    private static final List<String> USERS = List.of("ann", "ben", "cid", "dan");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int SOME = 15;
    private static final long BEHIND_ALL = 1L << 50;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    @Test
    void messages_are_as_they_were_left_with_the_store_of_a_node() throws Exception {
        check();
    }

    @Test
    void messages_are_as_they_were_left_with_redis() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--save", "")) {
            check("store.kind=redis", "store.redis.uri=" + redis.uri());
        }
    }

    private void check(String... sets) throws Exception {
        List<String> all = new ArrayList<>(List.of(sets));
        all.addAll(List.of("streams.inbox.entries=20", "direct.undelivered=1000", "archive.postgres.statementMs=2000"));
        try (PostgresServer postgres = PostgresServer.start("fsync=on");
                ArchivedChat chat = ArchivedChat.start(postgres, postgres.newDatabase(), all.toArray(String[]::new));
                ChatPeer observer = chat.enter("observer")) {
            ROOMS.forEach(observer::join);
            List<ChatPeer> peers = USERS.stream().map(chat::enter).toList();
            peers.forEach(peer -> ROOMS.forEach(peer::join));
            List<AmendingAuthor> authors =
                    underLoad(peers, List.of(postgres::kill, postgres::restart, postgres::pause, postgres::goOn));
            ROOMS.forEach(room -> assertRoom(chat, room, authors, observer));
            for (int i = 0; i < USERS.size(); i++) {
                assertConversation(peers.get(i), USERS.get(other(i)), List.of(authors.get(i), authors.get(other(i))));
            }
            peers.forEach(ChatPeer::close);
        }
    }

    /** Users 0 and 1 write to each other, and so on. */
    private static int other(int user) {
        return user ^ 1;
    }

    private List<AmendingAuthor> underLoad(List<ChatPeer> peers, List<Runnable> faults) throws Exception {
        AtomicBoolean goesOn = new AtomicBoolean(true);
        List<AmendingAuthor> authors = IntStream.range(0, USERS.size())
                .mapToObj(i -> new AmendingAuthor(
                        USERS.get(i), peers.get(i), ROOMS, USERS.get(other(i)), seed + i, goesOn::get))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(authors.size());
        try {
            List<CompletableFuture<Void>> ended = authors.stream()
                    .map(author -> CompletableFuture.runAsync(author, threads))
                    .toList();
            try {
                awaitAcks(authors, ended);
                faults.forEach(fault -> {
                    fault.run();
                    awaitAcks(authors, ended);
                });
            } finally {
                goesOn.set(false);
            }
            for (CompletableFuture<Void> each : ended) {
                each.get(2, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
        return authors;
    }

    /** Returns when each author has got so many more acks. */
    private void awaitAcks(List<AmendingAuthor> authors, List<CompletableFuture<Void>> ended) {
        List<Integer> before = authors.stream().map(AmendingAuthor::acked).toList();
        assertThat(Await.until(
                        () -> ended.stream().anyMatch(CompletableFuture::isDone)
                                || IntStream.range(0, authors.size())
                                        .allMatch(i -> authors.get(i).acked() >= before.get(i) + SOME),
                        PATIENCE))
                .as("portcullis.seed=%d: all go on", seed)
                .isTrue();
    }

    private void assertRoom(ArchivedChat chat, String room, List<AmendingAuthor> authors, ChatPeer observer) {
        JsonObject place = new JsonObject().put("roomId", room);
        try (ChatPeer reader = chat.enter("reader")) {
            long head = reader.join(room).getLong("seq");
            chat.rows().awaitAll("room:" + room, head);
            assertStates(reader, place, head + 1, authors);
            List<Long> everything = LongStream.rangeClosed(1, head).boxed().toList();
            RoomHistory.Forwards forwards = RoomHistory.forwards(reader, room);
            assertThat(forwards.gaps()).isEmpty();
            assertThat(forwards.seqs()).as("portcullis.seed=%d", seed).containsExactlyElementsOf(everything);
            List<JsonObject> live = new ArrayList<>();
            assertThat(Await.until(() -> {
                        live.addAll(observer.rest(frame -> room.equals(frame.getString("roomId"))));
                        return live.size() >= head;
                    }))
                    .as("all is delivered: %d of %d", live.size(), head)
                    .isTrue();
            assertThat(live.stream().map(frame -> frame.getLong("seq")).toList())
                    .as("portcullis.seed=%d", seed)
                    .containsExactlyElementsOf(everything);
            Map<Long, String> delivered = live.stream()
                    .filter(frame -> frame.getString("type").equals("chat"))
                    .collect(Collectors.toMap(frame -> frame.getLong("seq"), frame -> frame.getString("content")));
            assertThat(written(authors, place))
                    .allSatisfy(each -> assertThat(delivered).containsEntry(each.seq(), each.first()));
        }
    }

    private void assertConversation(ChatPeer reader, String other, List<AmendingAuthor> both) {
        JsonObject place = new JsonObject().put("recipientId", other);
        Map<String, JsonObject> byId = byId(RoomHistory.before(reader, place, BEHIND_ALL));
        List<Written> expected = both.stream()
                .flatMap(author -> author.written().stream())
                .filter(Written::isDirect)
                .toList();
        assertThat(byId.keySet())
                .as("portcullis.seed=%d: conversation with %s", seed, other)
                .containsExactlyInAnyOrderElementsOf(
                        expected.stream().map(Written::messageId).toList());
        expected.forEach(each -> assertState(byId, each));
        assertNoDeletedText(RoomHistory.forwards(reader, place).messages(), expected);
    }

    private void assertStates(ChatPeer reader, JsonObject place, long before, List<AmendingAuthor> authors) {
        List<JsonObject> shown = RoomHistory.before(reader, place, before);
        Map<String, JsonObject> byId = byId(shown);
        List<Written> expected = written(authors, place);
        assertThat(shown.stream().map(each -> each.getLong("seq")).toList())
                .as("portcullis.seed=%d: each message once, at its position", seed)
                .containsExactlyElementsOf(
                        expected.stream().map(Written::seq).sorted().toList());
        expected.forEach(each -> {
            JsonObject message = assertState(byId, each);
            assertThat(message.getLong("seq")).isEqualTo(each.seq());
            if (each.content().isPresent()) {
                assertThat(message.getJsonObject("edited", new JsonObject()).getLong("seq", 0L))
                        .as("the newest edit of %s", message)
                        .isEqualTo(each.edit());
            }
        });
        assertNoDeletedText(shown, expected);
        assertNoDeletedText(RoomHistory.forwards(reader, place).messages(), expected);
    }

    private JsonObject assertState(Map<String, JsonObject> shown, Written expected) {
        assertThat(shown).as("portcullis.seed=%d", seed).containsKey(expected.messageId());
        JsonObject message =
                Optional.ofNullable(shown.get(expected.messageId())).orElseThrow();
        assertThat(expected.content().equals(Optional.ofNullable(message.getString("content"))))
                .as("portcullis.seed=%d: %s has %s", seed, message, expected.content())
                .isTrue();
        assertThat(message.getString("type").equals("message_deleted"))
                .isEqualTo(expected.content().isEmpty());
        return message;
    }

    private static void assertNoDeletedText(List<JsonObject> shown, List<Written> expected) {
        String text = shown.toString();
        expected.stream()
                .filter(each -> each.content().isEmpty())
                .forEach(each -> assertThat(text).doesNotContain(each.first()));
    }

    private static Map<String, JsonObject> byId(List<JsonObject> shown) {
        return shown.stream().collect(Collectors.toMap(each -> each.getString("messageId"), Function.identity()));
    }

    private static List<Written> written(List<AmendingAuthor> authors, JsonObject place) {
        return authors.stream()
                .flatMap(author -> author.written().stream())
                .filter(each -> each.isIn(place))
                .toList();
    }
}
