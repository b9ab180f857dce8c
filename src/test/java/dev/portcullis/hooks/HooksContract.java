package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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

/** What an application is told by a node, over real sockets. */
abstract class HooksContract {
    protected static final String ROOM = "room:lobby";
    protected static final String ANN = "user:ann";
    protected Receiver receiver;
    private @Nullable TestNode node;

    /** Settings of the store. */
    abstract List<String> store();

    @BeforeEach
    void open() throws Exception {
        receiver = new Receiver();
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
        List<String> sets = new ArrayList<>(TestNode.GENEROUS);
        sets.addAll(store());
        sets.addAll(List.of(
                "hooks.http.url=" + receiver.url(),
                "hooks.http.secret=" + Receiver.SECRET,
                "hooks.pollMs=20",
                "hooks.retryMs=20",
                "hooks.longestRetryMs=100"));
        sets.addAll(List.of(more));
        TestNode started = TestNode.start(sets.toArray(String[]::new));
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
    void room_is_left_once_by_a_frame_and_not_again_by_the_end_of_the_session() {
        start("hooks.events=[\"room.joined\", \"room.left\"]");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            ann.join("lobby");
            ann.send(new JsonObject().put("type", "leave").put("roomId", "lobby"));
            ann.next("left");
            ann.join("lobby");
            receiver.await(ROOM, 3);
        }
        assertThat(receiver.await(ROOM, 4))
                .extracting(event -> event.getString("type"))
                .containsExactly("room.joined", "room.left", "room.joined", "room.left");
        assertThat(receiver.await(ROOM, 4)).hasSize(4);
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
    void unlisted_events_are_not_told() {
        start("hooks.events=[\"session.closed\"]");
        try (ChatPeer ann = node().enter("ann", "lobby")) {
            ann.join("lobby");
            say(ann, 3);
        }
        assertThat(receiver.await(ANN, 1))
                .extracting(event -> event.getString("type"))
                .containsExactly("session.closed");
        assertThat(receiver.taken(ROOM)).isEmpty();
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

    private static List<String> contents(JsonArray batch) {
        return batch.stream()
                .map(event -> ((JsonObject) event).getJsonObject("data").getString("content", ""))
                .toList();
    }

    protected static void until(BooleanSupplier condition) {
        assertThat(Await.until(condition)).isTrue();
    }
}
