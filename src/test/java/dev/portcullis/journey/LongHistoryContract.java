package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What has left the window of a room or an inbox is read, edited and deleted as what has not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LongHistoryContract {
    static final int MESSAGES = 120;
    private TestNode node;
    private int ids;

    /** Starts a node with windows of ten entries. */
    abstract TestNode start();

    @BeforeAll
    void open() {
        node = start();
    }

    @AfterAll
    void close() {
        node.close();
    }

    @Test
    void history_goes_on_behind_the_window_in_both_directions() {
        try (ChatPeer ann = enter("ann")) {
            ann.join("lobby-1");
            say(ann, "lobby-1");
            List<String> back = backwards(ann, new JsonObject().put("roomId", "lobby-1"));
            assertThat(back).containsExactlyElementsOf(texts());
            assertThat(forwards(ann, new JsonObject().put("roomId", "lobby-1"))).containsExactlyElementsOf(texts());
        }
    }

    @Test
    void join_gets_all_that_was_missed() {
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            JsonObject joined = ben.join("lobby-2");
            ann.join("lobby-2");
            ben.cut();
            say(ann, "lobby-2");
            try (ChatPeer again = enter("ben")) {
                again.send(new JsonObject()
                        .put("type", "join")
                        .put("roomId", "lobby-2")
                        .put(
                                "since",
                                new JsonObject()
                                        .put("epoch", joined.getString("epoch"))
                                        .put("seq", joined.getLong("seq"))));
                List<String> missed = new ArrayList<>();
                boolean more = true;
                while (more) {
                    JsonObject part = again.next("joined");
                    assertThat(part.getBoolean("recovered")).isTrue();
                    missed.addAll(contents(part.getJsonArray("messages")));
                    more = part.getBoolean("more", false);
                }
                assertThat(missed).containsExactlyElementsOf(texts());
            }
        }
    }

    @Test
    void message_behind_the_window_is_edited_and_deleted() {
        try (ChatPeer ann = enter("ann")) {
            ann.join("lobby-3");
            List<String> messages = say(ann, "lobby-3");
            assertThat(ann.ask(new JsonObject()
                                    .put("type", "edit_message")
                                    .put("roomId", "lobby-3")
                                    .put("messageId", messages.get(2))
                                    .put("content", "edited later")
                                    .put("id", "e"))
                            .getString("type"))
                    .isEqualTo("ack");
            assertThat(ann.ask(new JsonObject()
                                    .put("type", "delete_message")
                                    .put("roomId", "lobby-3")
                                    .put("messageId", messages.get(3))
                                    .put("id", "d"))
                            .getString("type"))
                    .isEqualTo("ack");
            JsonObject page = ann.ask(history(new JsonObject().put("roomId", "lobby-3"))
                    .put("before", 8)
                    .put("limit", 50));
            List<JsonObject> shown = objects(page.getJsonArray("messages"));
            assertThat(shown.get(2).getString("content")).isEqualTo("edited later");
            assertThat(shown.get(2).getJsonObject("edited")).isNotNull();
            assertThat(shown.get(3).getString("type")).isEqualTo("message_deleted");
            assertThat(shown.toString()).doesNotContain("text 3\"");
        }
    }

    @Test
    void direct_messages_are_read_behind_the_window_of_the_inbox() {
        try (ChatPeer ann = enter("ann");
                ChatPeer dan = enter("dan")) {
            dan.ask(
                    new JsonObject() // ann is no stranger to dan
                            .put("type", "chat_message")
                            .put("recipientId", "ann")
                            .put("content", "first")
                            .put("id", "d0"));
            IntStream.range(0, MESSAGES).forEach(i -> {
                JsonObject ack = ann.ask(new JsonObject()
                        .put("type", "chat_message")
                        .put("recipientId", "dan")
                        .put("content", "text " + i)
                        .put("id", "dm" + i));
                assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
                JsonObject delivered = dan.next("chat_message");
                dan.send(new JsonObject().put("type", "ack").put("inboxSeq", delivered.getLong("seq")));
            });
            List<String> all =
                    Stream.concat(Stream.of("first"), texts().stream()).toList();
            assertThat(backwards(dan, new JsonObject().put("recipientId", "ann")))
                    .containsExactlyElementsOf(all);
            assertThat(backwards(ann, new JsonObject().put("recipientId", "dan")))
                    .containsExactlyElementsOf(all);
            assertThat(forwards(ann, new JsonObject().put("recipientId", "dan")))
                    .containsExactlyElementsOf(all);
        }
    }

    /** As their author, and as others, in pages and in the answer of the call. */
    @Test
    void messages_of_a_user_who_is_erased_are_gone_behind_the_window_and_in_it() throws Exception {
        try (ChatPeer ben = enter("ben")) {
            ben.join("lobby-5");
            try (ChatPeer eve = enter("eve")) {
                eve.join("lobby-5");
                say(eve, "lobby-5");
            }
            assertThat(ben.say("lobby-5", "mine stays", "b1").getString("type")).isEqualTo("ack");
            JsonObject receipt = delete("eve", "erase").getJsonObject("receipt");
            assertThat(receipt.getJsonObject("counts").getLong("entries")).isPositive();
            assertThat(receipt.getJsonObject("counts").getLong("archivedEntries"))
                    .isGreaterThan(MESSAGES - 20);
            assertThat(receipt.encode()).doesNotContain("eve");
            List<JsonObject> shown = backwardsFrames(ben, new JsonObject().put("roomId", "lobby-5"));
            assertThat(shown).hasSize(MESSAGES + 1);
            assertThat(shown.subList(0, MESSAGES)).allSatisfy(each -> {
                assertThat(each.getString("type")).isEqualTo("message_deleted");
                assertThat(each.getString("userId")).isEqualTo("deleted");
            });
            assertThat(shown.toString()).doesNotContain("text ", "eve").contains("mine stays");
        }
    }

    private JsonObject delete(String user, String messages) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(node.admin("/admin/users/" + user + "?messages=" + messages))
                                .header(
                                        "Authorization",
                                        "Bearer " + node.token("op", Role.ADMIN, Duration.ofMinutes(10)))
                                .DELETE()
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    final ChatPeer enter(String user) {
        return JdkPeer.admitted(node.ws(), node.token(user, "lobby-1", "lobby-2", "lobby-3", "lobby-4", "lobby-5"));
    }

    /** Publishes the messages. Returns their ids. */
    final List<String> say(ChatPeer peer, String room) {
        return IntStream.range(0, MESSAGES)
                .mapToObj(i -> {
                    JsonObject ack = peer.say(room, "text " + i, room + i);
                    assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
                    return ack.getString("messageId");
                })
                .toList();
    }

    private static List<String> texts() {
        return IntStream.range(0, MESSAGES).mapToObj(i -> "text " + i).toList();
    }

    private List<String> backwards(ChatPeer peer, JsonObject of) {
        return backwardsFrames(peer, of).stream()
                .flatMap(each -> Stream.ofNullable(each.getString("content")))
                .toList();
    }

    private List<JsonObject> backwardsFrames(ChatPeer peer, JsonObject of) {
        List<JsonObject> all = new ArrayList<>();
        JsonObject page = peer.ask(history(of).put("limit", 17));
        while (true) {
            List<JsonObject> messages = objects(page.getJsonArray("messages"));
            assertThat(messages).as(page.encode()).isNotEmpty();
            all.addAll(0, messages);
            if (!page.getBoolean("more")) {
                return all;
            }
            page = peer.ask(
                    history(of).put("limit", 17).put("before", messages.get(0).getLong("seq")));
        }
    }

    private List<String> forwards(ChatPeer peer, JsonObject of) {
        List<String> all = new ArrayList<>();
        long after = 0;
        while (true) {
            JsonObject page = peer.ask(history(of).put("limit", 17).put("after", after));
            assertThat(page.getBoolean("gap", false)).as(page.encode()).isFalse();
            all.addAll(contents(page.getJsonArray("messages")));
            if (!page.getBoolean("more")) {
                return all;
            }
            List<JsonObject> messages = objects(page.getJsonArray("messages"));
            after = messages.get(messages.size() - 1).getLong("seq");
        }
    }

    private JsonObject history(JsonObject of) {
        ids++;
        return new JsonObject().put("type", "history").put("id", "h" + ids).mergeIn(of);
    }

    private static List<String> contents(JsonArray messages) {
        return objects(messages).stream()
                .flatMap(each -> Stream.ofNullable(each.getString("content")))
                .toList();
    }

    private static List<JsonObject> objects(JsonArray messages) {
        return messages.stream().map(JsonObject.class::cast).toList();
    }
}
