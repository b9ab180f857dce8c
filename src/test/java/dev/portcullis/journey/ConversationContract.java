package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestServer;
import dev.portcullis.kit.VertxPeer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** What clients see of rooms, over real sockets and with two client implementations. Each test has its own users and rooms. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(VertxExtension.class)
abstract class ConversationContract {
    private Vertx vertx;
    private TestServer node;
    private int test;
    private String lobby;
    private String second;

    /** Starts the server for all tests. */
    abstract TestServer site();

    @BeforeAll
    void open(Vertx shared) {
        vertx = shared;
        node = site();
    }

    @AfterAll
    void close() {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void setApart() {
        test++;
        lobby = "lobby-" + test;
        second = "second-" + test;
    }

    @Test
    void members_of_two_rooms_receive_their_messages_once_and_in_one_order() throws Exception {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = vertxPeer("ben");
                ChatPeer cleo = enter("cleo")) {
            for (ChatPeer each : List.of(ann, ben, cleo)) {
                each.join(lobby);
            }
            ann.join(second);
            ben.join(second);
            for (int i = 0; i < 40; i++) {
                send(ann, lobby, "a" + i);
                send(ben, lobby, "b" + i);
                send(cleo, lobby, "c" + i);
                send(ann, second, "x" + i);
                send(ben, second, "y" + i);
            }
            List<String> atAnn = heard(ann, lobby, 120);
            assertThat(heard(ben, lobby, 120)).isEqualTo(atAnn);
            assertThat(heard(cleo, lobby, 120)).isEqualTo(atAnn);
            assertThat(atAnn.stream().filter(text -> text.startsWith("a"))).containsExactlyElementsOf(texts("a", 40));
            assertThat(heard(ann, second, 80)).isEqualTo(heard(ben, second, 80));
            assertThat(cleo.rest()).noneMatch(frame -> second.equals(frame.getString("roomId")));
        }
    }

    @Test
    void disconnected_member_resumes_with_exactly_the_missed_messages() throws Exception {
        try (ChatPeer ann = enter("ann")) {
            ann.join(lobby);
            JsonObject last = null;
            try (ChatPeer ben = vertxPeer("ben")) {
                ben.join(lobby);
                for (int i = 0; i < 20; i++) {
                    ann.say(lobby, "before " + i, "b" + i);
                    last = ben.next("chat");
                }
            }
            for (int i = 0; i < 30; i++) {
                ann.say(lobby, "missed " + i, "m" + i);
            }
            try (ChatPeer ben = vertxPeer("ben")) {
                JsonObject since =
                        new JsonObject().put("epoch", last.getString("epoch")).put("seq", last.getLong("seq"));
                ben.send(new JsonObject()
                        .put("type", "join")
                        .put("roomId", lobby)
                        .put("since", since)
                        .put("id", "j1"));
                JsonObject joined = ben.next("joined");
                assertThat(joined.getBoolean("recovered")).isTrue();
                assertThat(joined.getBoolean("more")).isFalse();
                assertThat(joined.getString("id")).isEqualTo("j1");
                assertThat(contents(joined.getJsonArray("messages"))).containsExactlyElementsOf(texts("missed ", 30));
                assertThat(seqs(joined.getJsonArray("messages")))
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(21, 50).boxed().toList());
                ann.say(lobby, "after", "a1");
                assertThat(ben.next("chat").getLong("seq")).isEqualTo(51);
            }
        }
    }

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
    void frame_repeated_under_its_id_is_one_message_and_other_content_under_it_is_a_conflict() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(lobby);
            ben.join(lobby);
            JsonObject first = ann.say(lobby, "once", "same");
            JsonObject again = ann.say(lobby, "once", "same");
            assertThat(again.encode()).isEqualTo(first.encode());
            JsonObject other = ann.say(lobby, "twice", "same");
            assertThat(other.getString("type")).isEqualTo("error");
            assertThat(other.getString("reason")).isEqualTo("conflict");
            ann.say(lobby, "next", "n");
            assertThat(ben.next("chat").getString("content")).isEqualTo("once");
            assertThat(ben.next("chat").getString("content")).isEqualTo("next");
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

    /** The largest possible window comes in many frames and closes no connection. */
    @Test
    void resume_of_three_hundred_long_messages_is_complete() {
        String longest = "\ud83d\ude00".repeat(1_000);
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            JsonObject place = ben.join(lobby);
            ben.send(new JsonObject().put("type", "leave").put("roomId", lobby));
            ben.next("left");
            ann.join(lobby);
            for (int i = 1; i <= 300; i++) {
                assertThat(ann.say(lobby, longest, "long-" + i).getLong("seq")).isEqualTo(i);
            }
            JsonObject since =
                    new JsonObject().put("epoch", place.getString("epoch")).put("seq", 0);
            ben.send(new JsonObject().put("type", "join").put("roomId", lobby).put("since", since));
            JsonArray all = new JsonArray();
            for (boolean more = true; more; ) {
                JsonObject joined = ben.next("joined");
                assertThat(joined.getBoolean("recovered")).isTrue();
                assertThat(joined.encode().length()).isLessThanOrEqualTo(256 << 10);
                all.addAll(joined.getJsonArray("messages"));
                assertThat(joined.getLong("seq")).isEqualTo(all.size());
                more = joined.getBoolean("more");
            }
            assertThat(seqs(all))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 300).boxed().toList());
            ann.say(lobby, "live", "live");
            assertThat(ben.next("chat").getLong("seq")).isEqualTo(301);
            assertThat(ann.isOpen() && ben.isOpen()).isTrue();
        }
    }

    /** A member that resumes again gets live messages only after the last frame of the resume, and each once. */
    @Test
    void member_that_joins_again_from_an_old_position_gets_live_messages_after_the_last_frame() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            JsonObject place = ben.join(lobby);
            ann.join(lobby);
            String longest = "\ud83d\ude00".repeat(1_000);
            for (int i = 1; i <= 100; i++) {
                ann.say(lobby, longest, "i" + i);
            }
            ben.next(frame -> frame.getLong("seq", 0L) == 100, "the last one");
            ben.rest();
            JsonObject since =
                    new JsonObject().put("epoch", place.getString("epoch")).put("seq", 0);
            ben.send(new JsonObject().put("type", "join").put("roomId", lobby).put("since", since));
            for (int i = 101; i <= 140; i++) {
                ann.say(lobby, "meanwhile " + i, "i" + i);
            }
            List<Long> heard = new ArrayList<>();
            boolean resuming = true;
            while (resuming || heard.get(heard.size() - 1) < 140) {
                JsonObject frame = ben.next();
                if (frame.getString("type").equals("joined")) {
                    assertThat(resuming)
                            .as("no frame of the resume after the last one")
                            .isTrue();
                    heard.addAll(seqs(frame.getJsonArray("messages")));
                    resuming = frame.getBoolean("more");
                } else {
                    heard.add(frame.getLong("seq"));
                }
            }
            assertThat(heard.subList(heard.indexOf(1L), heard.size()))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 140).boxed().toList());
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
    void nothing_is_missing_or_doubled_between_a_tail_and_what_comes_live() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ann.join(lobby);
            for (int i = 1; i <= 300; i++) {
                send(ann, lobby, "m" + i);
                if (i % 30 == 0) {
                    ben.send(join("j" + i, lobby).put("tail", 3));
                }
            }
            for (long last = 0; last < 300; ) {
                JsonObject frame = ben.next();
                if (frame.getString("type").equals("joined")) {
                    List<Long> newest = seqs(frame.getJsonArray("messages"));
                    long first = newest.isEmpty() ? 1 : newest.get(0);
                    assertThat(newest)
                            .containsExactlyElementsOf(LongStream.rangeClosed(first, frame.getLong("seq"))
                                    .boxed()
                                    .toList());
                    last = frame.getLong("seq");
                } else {
                    assertThat(frame.getLong("seq")).isEqualTo(last + 1);
                    last++;
                }
            }
        }
    }

    @Test
    void later_join_tells_how_far_the_user_has_read_on_any_device() {
        try (ChatPeer ann = enter("ann");
                ChatPeer other = enter("ann")) {
            assertThat(ann.join(lobby).getLong("readSeq")).isZero();
            IntStream.rangeClosed(1, 3).forEach(i -> ann.say(lobby, "m" + i, "m" + i));
            ann.next(frame -> frame.getLong("seq", 0L) == 3, "the last one");
            ann.send(new JsonObject().put("type", "read").put("roomId", lobby).put("seq", 2));
            ann.next("read");
            assertThat(other.join(lobby).getLong("readSeq")).isEqualTo(2);
            assertThat(ann.join(lobby).getLong("readSeq")).isEqualTo(2);
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

    private ChatPeer enter(String user, String... more) {
        return node.enter(user + "-" + test, rooms(more));
    }

    private ChatPeer vertxPeer(String user) throws Exception {
        VertxPeer peer = VertxPeer.withToken(vertx, node.ws(), node.token(user + "-" + test, rooms()));
        peer.next("auth_success");
        return peer;
    }

    private String[] rooms(String... more) {
        return Stream.concat(Stream.of(lobby, second), Stream.of(more)).toArray(String[]::new);
    }

    private static JsonObject join(String id, String room) {
        return new JsonObject().put("type", "join").put("id", id).put("roomId", room);
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

    private static void send(ChatPeer peer, String room, String content) {
        peer.send(new JsonObject().put("type", "chat").put("roomId", room).put("content", content));
    }

    /** Returns the contents received in a room, and asserts that their seqs are consecutive. */
    private final Map<ChatPeer, List<JsonObject>> backlog = new java.util.HashMap<>();

    private List<String> heard(ChatPeer peer, String room, int count) {
        List<JsonObject> all = backlog.computeIfAbsent(peer, any -> new ArrayList<>());
        while (inRoom(all, room).size() < count) {
            all.add(peer.next("chat"));
        }
        List<JsonObject> mine = inRoom(all, room);
        assertThat(mine)
                .extracting(frame -> frame.getLong("seq"))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, count).boxed().toList());
        return mine.stream().map(frame -> frame.getString("content")).collect(Collectors.toList());
    }

    private static List<JsonObject> inRoom(List<JsonObject> frames, String room) {
        return frames.stream()
                .filter(frame -> room.equals(frame.getString("roomId")))
                .toList();
    }

    private static List<String> texts(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static List<String> contents(JsonArray messages) {
        return messages.stream()
                .map(each -> ((JsonObject) each).getString("content"))
                .toList();
    }

    private static List<Long> seqs(JsonArray messages) {
        return messages.stream().map(each -> ((JsonObject) each).getLong("seq")).toList();
    }
}
