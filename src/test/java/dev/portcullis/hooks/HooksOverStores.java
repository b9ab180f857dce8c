package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an application is told over real sockets, as far as the outbox in a store decides about it. */
@ExtendWith(VertxExtension.class)
abstract class HooksOverStores {
    protected static final String ROOM = "room:lobby";
    protected static final String ANN = "user:ann";
    private static final String BOB = "user:bob";
    static final String KEY = "a-key-of-this-test-only";
    static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    protected Receiver receiver;

    @Nullable
    TestNode node;

    /** Settings of the store. */
    abstract List<String> store();

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        receiver = new Receiver(vertx);
    }

    @AfterEach
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
        receiver.close();
    }

    protected TestNode node() {
        return Objects.requireNonNull(node);
    }

    protected TestNode start(String... more) {
        List<String> sets = new ArrayList<>(store());
        sets.addAll(List.of(
                "admin.apiKey=\"" + KEY + "\"",
                "hooks.http.url=" + receiver.url(),
                "hooks.http.secret=" + Receiver.SECRET,
                "hooks.pollMs=20",
                "hooks.retryMs=20",
                "hooks.longestRetryMs=100"));
        sets.addAll(List.of(more));
        TestNode started = TestNode.steady(sets.toArray(String[]::new));
        node = started;
        return started;
    }

    @Test
    void session_and_its_messages_are_told_in_order_and_signed() {
        start();
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            receiver.await(ROOM, 1); // no message waits for the report that she joined
            say(ann, 30);
            List<JsonObject> told = receiver.await(ROOM, 31);
            assertThat(contents(told)).containsExactlyElementsOf(texts(30));
            assertThat(told.get(0).getString("type")).isEqualTo("room.joined");
            assertThat(told.get(0).getJsonObject("data").getString("userId")).isEqualTo("ann");
            JsonObject first = told.get(1);
            assertThat(first.getString("type")).isEqualTo("message.published");
            JsonObject data = first.getJsonObject("data");
            assertThat(data.getString("type")).isEqualTo("chat");
            assertThat(data.getString("userId")).isEqualTo("ann");
            assertThat(first.getString("id")).isEqualTo(data.getString("messageId"));
            assertThat(data.getLong("seq")).isEqualTo(1);
        }
        assertThat(receiver.await(ROOM, 32).get(31).getString("type")).isEqualTo("room.left");
        List<JsonObject> session = receiver.await(ANN, 2);
        assertThat(session)
                .extracting(event -> event.getString("type"))
                .containsExactly("session.opened", "session.closed");
        assertThat(session.get(1).getString("cause")).isEqualTo("ended");
        assertThat(session.get(1).getJsonObject("data").getString("sessionId"))
                .isEqualTo(session.get(0).getJsonObject("data").getString("sessionId"));
        assertThat(session.get(0).getJsonObject("data").getString("userId")).isEqualTo("ann");
    }

    @Test
    void application_that_fails_gets_each_message_in_order_later_and_no_client_waits() {
        AtomicInteger calls = new AtomicInteger();
        receiver.answers(batch -> List.of(500, 204, 429, 0, 401).get(calls.getAndIncrement() % 5));
        start("hooks.http.deadlineMs=200", "hooks.batch=5");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            say(ann, 40); // each is acknowledged while the application fails
            assertThat(contents(receiver.await(ROOM, 41))).containsExactlyElementsOf(texts(40));
        }
    }

    @Test
    void event_that_is_refused_is_given_up_alone() {
        receiver.answers(batch -> contents(batch).contains("text 7") ? 422 : 204);
        start("hooks.attempts=2");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            say(ann, 20);
            List<String> others =
                    texts(20).stream().filter(text -> !text.equals("text 7")).toList();
            assertThat(contents(receiver.await(ROOM, 20))).containsExactlyElementsOf(others);
        }
    }

    @Test
    void full_outbox_refuses_messages_where_configured_until_the_application_takes_events() {
        receiver.answers(batch -> 503);
        start("hooks.whenFull=refuse", "hooks.waiting=100", "hooks.events=[\"message.published\"]");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            say(ann, 100);
            JsonObject refused = ann.chat("lobby", "text 100", "100");
            assertThat(refused.getString("reason")).isEqualTo("unavailable");
            receiver.answers(batch -> 204);
            assertThat(ann.say("lobby", "text 100", "100").getString("type")).isEqualTo("ack");
            assertThat(contents(receiver.await(ROOM, 101))).containsExactlyElementsOf(texts(101));
        }
    }

    /** The sender's own copy of a direct message is no event, nor what a blocked sender believes to have sent. */
    @Test
    void direct_message_and_what_amends_it_are_told_once_under_its_recipient() throws Exception {
        start();
        try (ChatPeer ann = node().enter("ann")) {
            String id = direct(ann, "chat_message", "hello", "").getString("messageId");
            direct(ann, "edit_message", "hello bob", id);
            direct(ann, "delete_message", null, id);
            List<JsonObject> told = receiver.await(BOB, 3);
            assertThat(told)
                    .extracting(event -> event.getString("type"))
                    .containsExactly("message.published", "message.edited", "message.deleted");
            assertThat(told.get(0).getString("id")).isEqualTo(id);
            assertThat(told.get(0).getJsonObject("data").getString("recipientId"))
                    .isEqualTo("bob");
            assertThat(told.get(1).getJsonObject("data").getString("content")).isEqualTo("hello bob");
            assertThat(status("PUT", node().http("/api/blocks/ann"), node().token("bob")))
                    .isEqualTo(204);
            assertThat(direct(ann, "chat_message", "hidden", "").getString("type"))
                    .isEqualTo("ack");
            assertThat(status("DELETE", node().http("/api/blocks/ann"), node().token("bob")))
                    .isEqualTo(204);
            direct(ann, "chat_message", "seen", "");
            assertThat(contents(receiver.await(BOB, 4))).containsExactly("hello", "seen");
        }
        assertThat(receiver.await(ANN, 2))
                .extracting(event -> event.getString("type"))
                .containsExactly("session.opened", "session.closed");
    }

    @Test
    void operator_sees_dead_letters_without_their_texts_and_has_them_delivered_again() throws Exception {
        receiver.answers(batch -> contents(batch).contains("text 1") ? 422 : 204);
        start("hooks.attempts=1");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            say(ann, 3);
            receiver.await(ROOM, 3);
            until(() -> hooks().getInteger("dead") == 1);
            JsonObject letter = hooks().getJsonArray("deadLetters").getJsonObject(0);
            assertThat(letter.getString("type")).isEqualTo("message.published");
            assertThat(letter.getString("key")).isEqualTo(ROOM);
            assertThat(letter.getString("reason")).isEqualTo("status_422");
            assertThat(hooks().encode()).doesNotContain("text 1");
            receiver.answers(batch -> 204);
            assertThat(call("POST", "/admin/hooks/revivals", KEY).body()).isEqualTo("{\"revived\":1}");
            assertThat(contents(receiver.await(ROOM, 4))).containsExactly("text 0", "text 2", "text 1");
            until(() -> hooks().getInteger("dead") == 0 && hooks().getInteger("waiting") == 0);
        }
    }

    JsonObject hooks() {
        try {
            return new JsonObject(call("GET", "/admin/hooks", KEY).body());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    HttpResponse<String> call(String method, String path, String bearer) throws Exception {
        return CLIENT.send(
                request(path, bearer).method(method, BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path, String bearer) {
        return HttpRequest.newBuilder(node().admin(path)).header("Authorization", "Bearer " + bearer);
    }

    static int status(String method, URI uri, String token) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(uri)
                                .header("Authorization", "Bearer " + token)
                                .method(method, BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    /** @param id of the message that is amended, or empty */
    private static JsonObject direct(ChatPeer from, String type, @Nullable String text, String id) {
        JsonObject frame = new JsonObject()
                .put("type", type)
                .put("recipientId", "bob")
                .put("id", type + "-" + (text == null ? "" : text.replace(' ', '-')));
        if (text != null) {
            frame.put("content", text);
        }
        if (!id.isEmpty()) {
            frame.put("messageId", id);
        }
        JsonObject answer = from.ask(frame);
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("ack");
        return answer;
    }

    protected static void say(ChatPeer peer, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(peer.say("lobby", "text " + i, "" + i).getString("type")).isEqualTo("ack");
        }
    }

    protected static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "text " + i).toList();
    }

    protected static List<String> contents(List<JsonObject> events) {
        return events.stream()
                .filter(event -> event.getString("type").equals("message.published"))
                .map(event -> event.getJsonObject("data").getString("content"))
                .toList();
    }

    static List<String> contents(JsonArray batch) {
        return batch.stream()
                .map(event -> ((JsonObject) event).getJsonObject("data").getString("content", ""))
                .toList();
    }

    protected static void until(BooleanSupplier condition) {
        assertThat(Await.until(condition)).isTrue();
    }
}
