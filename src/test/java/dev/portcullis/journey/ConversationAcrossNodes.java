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

/** What may become of a conversation between nodes: the order, the gaps and the repetitions. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(VertxExtension.class)
abstract class ConversationAcrossNodes {
    private Vertx vertx;
    private TestServer node;
    private int test;
    String lobby;
    String second;

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

    ChatPeer enter(String user, String... more) {
        return node.enter(user + "-" + test, rooms(more));
    }

    private ChatPeer vertxPeer(String user) throws Exception {
        VertxPeer peer = VertxPeer.withToken(vertx, node.ws(), node.token(user + "-" + test, rooms()));
        peer.next("auth_success");
        return peer;
    }

    String[] rooms(String... more) {
        return Stream.concat(Stream.of(lobby, second), Stream.of(more)).toArray(String[]::new);
    }

    static JsonObject join(String id, String room) {
        return new JsonObject().put("type", "join").put("id", id).put("roomId", room);
    }

    static void send(ChatPeer peer, String room, String content) {
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

    static List<String> contents(JsonArray messages) {
        return messages.stream()
                .map(each -> ((JsonObject) each).getString("content"))
                .toList();
    }

    static List<Long> seqs(JsonArray messages) {
        return messages.stream().map(each -> ((JsonObject) each).getLong("seq")).toList();
    }
}
