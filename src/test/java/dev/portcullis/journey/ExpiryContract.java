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
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages that end by themselves, as clients see them. The nodes let a message last a day, and keep ten entries of a room. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ExpiryContract {
    private static final String STAGES =
            "stages={\"edge\": 2, \"auth\": 2, \"ratelimit\": 2, \"rooms\": 2, \"broadcast\": 2}";
    private static final String LONGEST = "broadcast.longestExpiryMs=86400000";
    private static final String WINDOW = "streams.room.entries=10";
    private static final String KEY = "a-key-of-operators-that-is-long-enough";
    private static final long SECOND = 1_000;
    private static final long LATER = 2_500;

    private final List<ChatPeer> peers = new ArrayList<>();
    private List<TestNode> nodes = List.of();
    private int test;
    private String lobby = "";

    /** Starts the nodes for all tests. */
    abstract List<TestNode> site(String... sets);

    /** Whether an archive has what leaves the window. */
    abstract boolean keepsAll();

    /** Closes what {@link #site} started beside the nodes. */
    void closeSite() {}

    @BeforeAll
    void open() {
        nodes = site(STAGES, LONGEST, WINDOW, "direct.allow=anyone", "admin.apiKey=\"" + KEY + "\"");
    }

    @AfterAll
    void close() {
        TestNode.close(nodes);
        closeSite();
    }

    @BeforeEach
    void setApart() {
        lobby = "lobby-" + ++test;
    }

    @AfterEach
    void part() {
        peers.forEach(ChatPeer::close);
        peers.clear();
    }

    @Test
    void text_of_an_edited_message_is_gone_for_members_and_for_those_who_were_away() {
        ChatPeer ann = enter("ann", 0);
        ChatPeer ben = enter("ben", 1);
        ChatPeer cleo = enter("cleo", 2);
        List.of(ann, ben, cleo).forEach(each -> each.join(lobby));
        JsonObject first = ann.say(lobby, "stays", "c0");
        cleo.cut();
        JsonObject said = ann.ask(chat("secret", LATER));
        ben.next(each -> "stays".equals(each.getString("content")), "the first message");
        JsonObject heard = ben.next("chat");
        assertThat(heard.getLong("expiresInMs")).isEqualTo(LATER);
        JsonObject edit = frame("edit_message")
                .put("messageId", said.getString("messageId"))
                .put("content", "still secret");
        assertThat(ask(ann, edit).getString("type")).isEqualTo("ack");
        for (ChatPeer each : List.of(ann, ben)) {
            JsonObject deleted = each.next("message_deleted");
            assertThat(deleted.getString("messageId")).isEqualTo(said.getString("messageId"));
            assertThat(deleted.getString("reason")).isEqualTo("expired");
            assertThat(deleted.getString("userId")).isEqualTo("ann");
            assertThat(deleted.getLong("timestamp"))
                    .as("not before its end")
                    .isGreaterThanOrEqualTo(heard.getLong("timestamp") + LATER);
        }
        JsonObject history = ask(ben, frame("history"));
        assertThat(types(history)).containsExactly("chat", "message_deleted");
        assertThat(history.encode()).doesNotContain("secret").contains("\"reason\":\"expired\"");
        ChatPeer again = enter("cleo", 1);
        again.send(frame("join")
                .put(
                        "since",
                        new JsonObject().put("epoch", first.getString("epoch")).put("seq", first.getLong("seq"))));
        JsonObject joined = again.next("joined");
        assertThat(joined.getBoolean("recovered")).isTrue();
        assertThat(types(joined)).containsExactly("message_deleted", "message_deleted", "message_deleted");
        assertThat(ask(ann, edit).getString("reason")).isEqualTo("not_found");
    }

    @Test
    void history_says_how_long_a_message_lasts_beside_its_time() {
        ChatPeer ann = enter("ann", 0);
        ann.join(lobby);
        ann.ask(chat("for an hour", Duration.ofHours(1).toMillis()));
        JsonObject shown = ask(ann, frame("history")).getJsonArray("messages").getJsonObject(0);
        assertThat(shown.getLong("expiresInMs")).isEqualTo(Duration.ofHours(1).toMillis());
        assertThat(shown.getLong("timestamp")).isPositive();
    }

    @Test
    void direct_message_is_gone_in_both_inboxes() {
        String user = "ann-" + test;
        String partner = "ben-" + test;
        ChatPeer ann = enter(user, 0);
        ChatPeer ben = enter(partner, 1);
        ann.ask(new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", partner)
                .put("content", "secret")
                .put("expiresInMs", SECOND)
                .put("id", "d1"));
        for (ChatPeer each : List.of(ann, ben)) {
            assertThat(each.next("chat_message").getLong("expiresInMs")).isEqualTo(SECOND);
            JsonObject deleted = each.next("message_deleted");
            assertThat(deleted.getString("reason")).isEqualTo("expired");
            assertThat(deleted.getString("recipientId")).isEqualTo(partner);
            assertThat(deleted.getString("userId")).isEqualTo(user);
        }
        JsonObject history = ask(ben, new JsonObject().put("type", "history").put("recipientId", user));
        assertThat(types(history)).containsExactly("message_deleted");
    }

    @Test
    void deleted_message_is_not_deleted_again() {
        ChatPeer ann = enter("ann", 0);
        ann.join(lobby);
        JsonObject said = ann.ask(chat("secret", 5 * SECOND)); // time for its author to be first
        ask(ann, frame("delete_message").put("messageId", said.getString("messageId")));
        ann.ask(chat("later", 6 * SECOND));
        assertThat(ann.next("message_deleted").containsKey("reason")).isFalse();
        JsonObject second = ann.next("message_deleted");
        assertThat(second.getString("messageId")).isNotEqualTo(said.getString("messageId"));
        assertThat(second.getLong("seq")).isEqualTo(4);
    }

    /** It is in the archive alone, where there is one, and gone elsewhere. */
    @Test
    void message_that_left_the_window_is_gone_too() {
        ChatPeer ann = enter("ann", 0);
        ann.join(lobby);
        String id = ann.ask(chat("secret", LATER)).getString("messageId");
        IntStream.range(0, 30).forEach(i -> ann.say(lobby, "text " + i, "c" + i));
        if (keepsAll()) {
            ann.next(
                    each -> "message_deleted".equals(each.getString("type")) && id.equals(each.getString("messageId")),
                    "the deletion of what the archive has");
        }
        ann.ask(chat("the last", SECOND));
        ann.next("message_deleted");
        String all = ask(ann, frame("history").put("limit", 100)).encode();
        assertThat(all).doesNotContain("secret").contains("text 29");
    }

    @Test
    void message_of_the_application_is_gone_too() throws Exception {
        ChatPeer ann = enter("ann", 0);
        ann.join(lobby);
        JsonObject message = new JsonObject().put("content", "secret").put("expiresInMs", SECOND);
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(nodes.get(0).admin("/admin/rooms/" + lobby + "/messages"))
                                .header("Authorization", "Bearer " + KEY)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(message.encode()))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        assertThat(ann.next("chat").getLong("expiresInMs")).isEqualTo(SECOND);
        assertThat(ann.next("message_deleted").getString("userId")).isEqualTo("system");
    }

    @ParameterizedTest
    @CsvSource({
        "999, minimum",
        "86400001, maximum",
        "2592000001, maximum",
        "1000.5, type",
        "'\"60000\"', type",
        "null, type",
    })
    void end_out_of_bounds_is_refused(String value, String rule) {
        ChatPeer ann = enter("ann", 0);
        ann.join(lobby);
        String text = chat("x", 0).encode().replace("\"expiresInMs\":0", "\"expiresInMs\":" + value);
        ann.send(text);
        JsonObject error = ann.next("error");
        assertThat(error.getString("reason")).isEqualTo("validation_failed");
        JsonArray details = error.getJsonArray("details");
        assertThat(details.getJsonObject(0).getString("path")).isEqualTo("/expiresInMs");
        assertThat(details.getJsonObject(0).getString("rule")).isEqualTo(rule);
    }

    @Test
    void repetition_with_another_end_is_a_conflict() {
        ChatPeer ann = enter("ann", 0);
        ann.join(lobby);
        JsonObject chat = chat("x", 60_000);
        JsonObject ack = ann.ask(chat);
        assertThat(ann.ask(chat)).isEqualTo(ack);
        assertThat(ann.ask(chat.copy().put("expiresInMs", 60_001)).getString("reason"))
                .isEqualTo("conflict");
    }

    @Test
    void greeting_tells_the_longest_end_and_the_time() {
        ChatPeer ann = JdkPeer.admitted(nodes.get(0).ws(), token(nodes.get(0), "ann"));
        peers.add(ann);
        JsonObject greeting = ann.next("auth_success");
        assertThat(greeting.getJsonObject("limits").getLong("expiresInMs")).isEqualTo(86_400_000);
        assertThat(greeting.getLong("serverTime")).isPositive().isLessThan(greeting.getLong("expiresAt"));
    }

    private ChatPeer enter(String user, int number) {
        TestNode node = nodes.get(number % nodes.size());
        JdkPeer peer = JdkPeer.admitted(node.ws(), token(node, user));
        peer.next("auth_success");
        peers.add(peer);
        return peer;
    }

    private static String token(TestNode node, String user) {
        return node.token(user, Role.MEMBER, Duration.ofMinutes(10), "lobby-*");
    }

    private JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("roomId", lobby);
    }

    private JsonObject chat(String content, long expiresInMs) {
        return frame("chat")
                .put("content", content)
                .put("expiresInMs", expiresInMs)
                .put("id", UUID.randomUUID().toString());
    }

    private static JsonObject ask(ChatPeer by, JsonObject frame) {
        return by.ask(frame.put("id", UUID.randomUUID().toString()));
    }

    private static List<String> types(JsonObject answer) {
        return answer.getJsonArray("messages").stream()
                .map(each -> ((JsonObject) each).getString("type"))
                .toList();
    }
}
