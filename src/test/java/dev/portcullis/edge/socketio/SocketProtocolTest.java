package dev.portcullis.edge.socketio;

import static dev.portcullis.edge.socketio.EngineClient.emit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socketio.EngineClient.Polled;
import dev.portcullis.edge.socketio.EngineClient.Socket;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviours of the Socket.IO protocol, version 5, without binary data and other namespaces, and what its events mean here. */
class SocketProtocolTest {
    private static TestNode node;

    private EngineClient client;

    @BeforeAll
    static void start() {
        List<String> settings = new java.util.ArrayList<>(TestNode.GENEROUS);
        settings.add("socketio.defaultRoom=lobby");
        settings.add("ratelimit.actions={\"send-message\": 3}");
        settings.add("admin.apiKey=" + Gauges.KEY);
        node = TestNode.start(settings.toArray(String[]::new));
    }

    @BeforeEach
    void connect() {
        client = new EngineClient(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private Socket socket() {
        Socket socket = client.socket();
        assertThat(socket.next()).startsWith("0{");
        return socket;
    }

    @Test
    void client_connects_with_its_token_and_is_greeted() {
        Socket socket = socket();
        socket.send("40" + new JsonObject().put("token", node.token("ann")));
        String connected = socket.next();
        assertThat(connected).startsWith("40{\"sid\":\"");
        JsonObject greeting = socket.event("auth_success");
        assertThat(greeting.getString("userId")).isEqualTo("ann");
        assertThat(greeting.getString("type")).isNull();
        assertThat(new JsonObject(connected.substring(2)).getString("sid")).isEqualTo(greeting.getString("sessionId"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"40", "40{}", "40{\"token\":1}", "40{\"other\":\"x\"}"})
    void client_without_a_token_is_told_so(String packet) {
        Socket socket = socket();
        socket.send(packet);
        assertThat(socket.next()).isEqualTo("44{\"message\":\"NO_TOKEN\"}");
        assertThat(socket.next()).startsWith(Socket.CLOSED);
    }

    @Test
    void client_with_a_token_that_is_none_or_over_is_told_which() {
        Socket forged = socket();
        forged.send("40" + new JsonObject().put("token", node.token("ann") + "x"));
        assertThat(forged.next()).isEqualTo("44{\"message\":\"AUTH_FAILED\"}");
        Socket late = socket();
        late.send("40"
                + new JsonObject()
                        .put(
                                "token",
                                DevToken.of("ann")
                                        .lasting(Duration.ofMinutes(-5))
                                        .signed()));
        assertThat(late.next()).isEqualTo("44{\"message\":\"TOKEN_EXPIRED\"}");
    }

    @Test
    void client_with_too_many_sessions_is_told_so() {
        for (int i = 0; i < 5; i++) {
            socket().connect(node.token("many"));
        }
        Socket sixth = socket();
        sixth.send("40" + new JsonObject().put("token", node.token("many")));
        assertThat(sixth.untilClosed())
                .containsExactly("44{\"message\":\"TOO_MANY_CONNECTIONS\"}", Socket.CLOSED + 4005);
    }

    @Test
    void unknown_namespace_is_refused_and_the_session_goes_on() {
        Socket socket = socket();
        socket.send("40/random,{\"token\":\"x\"}");
        assertThat(socket.next()).isEqualTo("44/random,{\"message\":\"Invalid namespace\"}");
        socket.connect(node.token("bob"));
        socket.event("joined");
        socket.send("40/admin");
        assertThat(socket.next()).isEqualTo("44/admin,{\"message\":\"Invalid namespace\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4abc",
                "42",
                "42{}",
                "42[]",
                "42[null]",
                "42[{}]",
                "42[\"ping\"",
                "42[\"ping\"]x",
                "42[\"connect\"]",
                "42[\"disconnect\"]",
                "42abc[\"ping\"]",
                "42/other,[\"ping\"]",
                "41{}",
                "431",
                "44{}",
                "451-[\"ping\",{\"_placeholder\":true,\"num\":0}]",
                "461-1[\"ping\"]",
                "40{\"token\":\"again\"}"
            })
    void packet_that_is_none_closes_the_client(String packet) {
        Socket socket = socket().connect(node.token("broken" + Integer.toUnsignedString(packet.hashCode())));
        socket.send(packet);
        List<String> end = socket.untilClosed();
        assertThat(end.get(end.size() - 1)).isEqualTo(Socket.CLOSED + 1002);
    }

    @Test
    void event_before_the_connect_closes_the_client() {
        Socket socket = socket();
        socket.send(emit("ping", new JsonObject()));
        assertThat(socket.next()).isEqualTo(Socket.CLOSED + 4002);
    }

    @Test
    void client_that_leaves_may_connect_again_on_the_same_transport() {
        Socket socket = socket().connect(node.token("cat"));
        socket.send("41");
        socket.connect(node.token("cat2"));
        socket.event("joined");
        socket.send("421[\"ping\"]");
        assertThat(socket.next()).startsWith("431[{\"type\":\"pong\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"41", "1"})
    void events_before_the_end_of_a_client_that_polls_are_handled(String end) {
        Socket reader = inRoom("reader");
        Polled together = writer();
        together.post(Stream.concat(chats("together " + end), Stream.of(end, chat("late")))
                .toArray(String[]::new));
        assertThat(contents(reader)).isEqualTo(contentsOf("together " + end));
        Polled after = writer();
        after.post(chats("after " + end).toArray(String[]::new));
        after.post(end);
        assertThat(contents(reader)).isEqualTo(contentsOf("after " + end));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void events_before_the_end_of_a_websocket_are_handled(boolean leaves) {
        Socket reader = inRoom("reader");
        Socket writer = inRoom("writer");
        chats("all").forEach(writer::send);
        if (leaves) {
            writer.send("41");
        }
        writer.close();
        assertThat(contents(reader)).isEqualTo(contentsOf("all"));
    }

    /** What it asked for waits for a reader that is gone. */
    @Test
    void events_behind_a_history_that_is_not_read_are_handled_before_the_end() {
        Socket reader = inRoom("reader");
        Polled writer = writer();
        writer.post(Stream.of(Stream.of("42[\"history\",{\"roomId\":\"room-1\"}]"), chats("behind"), Stream.of("1"))
                .flatMap(each -> each)
                .toArray(String[]::new));
        assertThat(contents(reader)).isEqualTo(contentsOf("behind"));
    }

    private Socket inRoom(String user) {
        Socket socket = socket().connect(node.token(user));
        socket.event("joined");
        return socket.join("room-1");
    }

    /** It has read all that it asked for: a connection handles nothing behind an answer that waits for its reader. */
    private Polled writer() {
        Polled writer = client.polled().connect(node.token("writer"));
        writer.event("joined");
        return writer.join("room-1");
    }

    private static String chat(String content) {
        return emit("chat", new JsonObject().put("roomId", "room-1").put("content", content));
    }

    private static Stream<String> chats(String name) {
        return contentsOf(name).stream().map(SocketProtocolTest::chat);
    }

    private static List<String> contentsOf(String name) {
        return IntStream.range(0, 10).mapToObj(i -> name + " " + i).toList();
    }

    private static List<String> contents(Socket reader) {
        return IntStream.range(0, 10)
                .mapToObj(i -> reader.event("chat").getString("content"))
                .toList();
    }

    @Test
    void event_is_answered_by_its_acknowledgement_or_as_an_event() {
        Socket socket = socket().connect(node.token("dan"));
        socket.event("joined");
        socket.send("4212[\"ping\",{\"id\":\"x\"}]");
        JsonObject answer = new JsonArray(socket.next().substring(4)).getJsonObject(0);
        assertThat(answer.getString("type")).isEqualTo("pong");
        assertThat(answer.getString("id")).isEqualTo("x");
        socket.send(emit("ping", new JsonObject().put("id", "y")));
        assertThat(socket.event("pong").getString("id")).isEqualTo("y");
    }

    @Test
    void join_history_and_chat_are_acknowledged_by_their_frames() {
        Socket socket = socket().connect(node.token("eve"));
        socket.event("joined");
        socket.send("421" + new JsonArray().add("join").add(new JsonObject().put("roomId", "room-1")));
        assertThat(ack(socket, 1).getString("type")).isEqualTo("joined");
        socket.send("422"
                + new JsonArray()
                        .add("chat")
                        .add(new JsonObject().put("roomId", "room-1").put("content", "a<b")));
        JsonObject acked = ack(socket, 2);
        assertThat(acked.getString("type")).isEqualTo("ack");
        assertThat(acked.getInteger("seq")).isPositive();
        socket.send("423" + new JsonArray().add("history").add(new JsonObject().put("roomId", "room-1")));
        JsonObject history = ack(socket, 3);
        assertThat(history.getString("type")).isEqualTo("history");
        assertThat(history.getJsonArray("messages")).isNotEmpty();
    }

    @Test
    void frame_without_an_answer_is_acknowledged_by_an_empty_object() {
        Socket socket = socket().connect(node.token("fay", "alone"));
        socket.event("joined");
        socket.send("426" + new JsonArray().add("join").add(new JsonObject().put("roomId", "alone")));
        ack(socket, 6);
        socket.send("427"
                + new JsonArray()
                        .add("typing_indicator")
                        .add(new JsonObject().put("roomId", "alone").put("isTyping", true)));
        assertThat(ack(socket, 7)).isEqualTo(new JsonObject());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "421[\"chat\",\"text\"]",
                "421[\"chat\",{},{}]",
                "421[\"chat\",{\"roomId\":\"lobby\"}]",
                "421[\"nothing\",{}]",
                "421[\"ping\",{\"type\":\"chat\"}]",
                "421[5,{}]"
            })
    void event_that_is_no_frame_is_answered_by_an_error(String packet) {
        Socket socket = socket().connect(node.token("gus" + Integer.toUnsignedString(packet.hashCode())));
        socket.event("joined");
        socket.send(packet);
        String answer = socket.next();
        while (!answer.startsWith("42[\"error\"") && !answer.startsWith("431")) {
            answer = socket.next();
        }
        assertThat(answer).contains("\"reason\":");
        socket.send(emit("ping", new JsonObject()));
        assertThat(socket.event("pong")).isNotNull();
    }

    @Test
    void message_reaches_both_kinds_of_clients_of_a_room() {
        try (JdkPeer frames = node.enter("hal")) {
            frames.send(new JsonObject().put("type", "join").put("roomId", "lobby"));
            frames.next("joined");
            Socket events = socket().connect(node.token("ida"));
            events.event("joined");
            Polled polls = client.polled().connect(node.token("joe"));
            polls.event("joined");

            events.send(emit("send-message", new JsonObject().put("message", "a < b \"quoted\" ü")));

            assertThat(frames.next("chat").getString("userId")).isEqualTo("ida");
            JsonObject received = events.event("receive-message");
            assertThat(received.fieldNames())
                    .containsExactlyInAnyOrder(
                            "userId", "username", "message", "roomId", "messageId", "seq", "timestamp");
            assertThat(received.getString("userId")).isEqualTo("ida");
            assertThat(received.getString("message")).isEqualTo("a &lt; b &quot;quoted&quot; ü");
            assertThat(received.getString("roomId")).isEqualTo("lobby");
            assertThat(Instant.parse(received.getString("timestamp")))
                    .isAfter(Instant.now().minusSeconds(600));
            JsonObject chat = polls.event("chat");
            assertThat(chat.getString("messageId")).isEqualTo(received.getString("messageId"));
            assertThat(polls.event("receive-message")).isEqualTo(received);

            frames.send(
                    new JsonObject().put("type", "chat").put("roomId", "lobby").put("content", "back"));
            assertThat(polls.event("receive-message").getString("message")).isEqualTo("back");
            assertThat(events.event("receive-message").getString("message")).isEqualTo("back");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"message\":5}", "{\"message\":\"\"}"})
    void message_that_is_none_is_refused_by_an_error_event(String argument) {
        Socket socket = socket().connect(node.token("kim" + Integer.toUnsignedString(argument.hashCode())));
        socket.event("joined");
        socket.send("42[\"send-message\"," + argument + "]");
        JsonObject error = socket.event("error");
        assertThat(error.getString("reason")).isEqualTo("validation_failed");
        assertThat(error.getString("requestId")).isNotEmpty();
        assertThat(error.getString("message")).isNotEmpty();
    }

    @Test
    void message_of_500_characters_passes_and_of_501_does_not() {
        Socket socket = socket().connect(node.token("leo"));
        socket.event("joined");
        socket.send(emit("send-message", new JsonObject().put("message", "ö".repeat(500))));
        assertThat(socket.event("receive-message").getString("message")).hasSize(500);
        socket.send(emit("send-message", new JsonObject().put("message", "ö".repeat(501))));
        assertThat(socket.event("error").getString("reason")).isEqualTo("validation_failed");
    }

    @Test
    void messages_over_their_limit_are_refused_by_an_error_event_and_its_acknowledgement() {
        Socket socket = socket().connect(node.token("mia"));
        socket.event("joined");
        for (int i = 0; i < 3; i++) {
            socket.send(emit("send-message", new JsonObject().put("message", "m" + i)));
            socket.event("receive-message");
        }
        socket.send("429" + new JsonArray().add("send-message").add(new JsonObject().put("message", "m3")));
        JsonObject acked = ack(socket, 9);
        assertThat(acked.getString("type")).isEqualTo("rate_limited");
        assertThat(acked.getString("scope")).isEqualTo("action");
        JsonObject error = socket.event("error");
        assertThat(error.getString("reason")).isEqualTo("rate_limited");
        assertThat(error.getString("requestId")).isNotEmpty();
        assertThat(error.getLong("retryAfter")).isPositive();
        for (String field : List.of("scope", "window", "remaining")) {
            assertThat(error.getValue(field)).as(field).isEqualTo(acked.getValue(field));
        }
        assertThat(error.getValue("window")).isEqualTo("minute");
        assertThat(Gauges.scrape(node))
                .contains("portcullis_limited_total{action=\"send-message\",scope=\"action\",window=\"minute\"}");
        socket.send(emit("chat", new JsonObject().put("roomId", "lobby").put("content", "still")));
        assertThat(socket.event("chat")).isNotNull();
    }

    @Test
    void limit_of_chats_holds_for_their_other_name() {
        try (TestNode strict = TestNode.generous("socketio.defaultRoom=lobby", "ratelimit.actions={\"chat\": 1}")) {
            EngineClient other = new EngineClient(strict);
            Socket socket = other.socket();
            socket.next();
            socket.connect(strict.token("una"));
            socket.event("joined");
            socket.send(emit("chat", new JsonObject().put("roomId", "lobby").put("content", "one")));
            socket.event("chat");
            socket.send(emit("send-message", new JsonObject().put("message", "two")));
            assertThat(socket.event("error").getString("reason")).isEqualTo("rate_limited");
        }
    }

    @Test
    void refusal_of_an_event_carries_the_id_of_its_frame() {
        Socket socket = socket().connect(node.token("vic"));
        socket.event("joined");
        String text = "x".repeat(501);
        socket.send(emit("send-message", new JsonObject().put("message", text).put("id", "mine")));
        JsonObject error = socket.event("error");
        assertThat(error.getString("reason")).isEqualTo("validation_failed");
        assertThat(error.getString("id")).isEqualTo("mine");
    }

    @Test
    void message_to_a_room_that_is_not_joined_is_refused() {
        Socket socket = socket().connect(node.token("ned"));
        socket.event("joined");
        socket.send(emit("send-message", new JsonObject().put("message", "x").put("roomId", "room-1")));
        assertThat(socket.event("error").getString("reason")).isEqualTo("not_member");
    }

    @Test
    void direct_messages_that_wait_follow_the_greeting() {
        try (JdkPeer frames = node.enter("oda")) {
            frames.send(new JsonObject()
                    .put("type", "chat_message")
                    .put("recipientId", "pia")
                    .put("content", "while you were out"));
            frames.next("ack");
            Polled polls = client.polled().connect(node.token("pia"));
            assertThat(polls.event("chat_message").getString("content")).isEqualTo("while you were out");
        }
    }

    private static JsonObject ack(Socket socket, int id) {
        String prefix = "43" + id + "[";
        for (String packet = socket.next(); ; packet = socket.next()) {
            if (packet.startsWith(prefix)) {
                return new JsonArray(packet.substring(prefix.length() - 1)).getJsonObject(0);
            }
            assertThat(packet).doesNotStartWith(Socket.CLOSED);
        }
    }
}
