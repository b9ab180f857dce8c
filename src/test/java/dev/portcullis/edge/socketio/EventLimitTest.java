package dev.portcullis.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socketio.EngineClient.Polled;
import dev.portcullis.edge.socketio.EngineClient.Socket;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The connection's limit comes before the cost of an event (CWE-770). It was once the other way round: a packet of 64 KB with
 * 6,800 names took 3 ms of the event loop to be told that it is over the limit.
 */
class EventLimitTest {
    /** Frames a minute. A refusal carries the frame's id up to twice as many. */
    private static final int LIMIT = 3;

    private static TestNode strict;
    private static TestNode generous;

    @BeforeAll
    static void start() {
        strict = TestNode.generous("ratelimit.connection.minute=" + LIMIT);
        generous = TestNode.generous("admin.apiKey=" + Gauges.KEY);
    }

    @AfterAll
    static void stop() {
        strict.close();
        generous.close();
    }

    private static Socket socket(TestNode node, String user) {
        Socket socket = new EngineClient(node).socket();
        assertThat(socket.next()).startsWith("0{");
        return socket.connect(node.token(user));
    }

    private static String ping(int number) {
        return "42" + number + "[\"ping\",{\"id\":\"p" + number + "\"}]";
    }

    /** The acknowledgement that comes next. */
    private static JsonObject ack(Socket socket, int number) {
        String prefix = "43" + number + "[";
        String packet = socket.next();
        assertThat(packet).startsWith(prefix);
        return new JsonArray(packet.substring(prefix.length() - 1)).getJsonObject(0);
    }

    private static Socket atTheLimit(String user) {
        Socket socket = socket(strict, user);
        IntStream.range(0, LIMIT).mapToObj(EventLimitTest::ping).forEach(socket::send);
        IntStream.range(0, LIMIT)
                .forEach(i -> assertThat(ack(socket, i).getString("type")).isEqualTo("pong"));
        return socket;
    }

    private static Socket atTwiceTheLimit(String user) {
        Socket socket = atTheLimit(user);
        IntStream.range(LIMIT, 2 * LIMIT).mapToObj(EventLimitTest::ping).forEach(socket::send);
        IntStream.range(LIMIT, 2 * LIMIT)
                .forEach(i -> assertThat(limited(socket, i).getString("id")).isEqualTo("p" + i));
        return socket;
    }

    private static JsonObject limited(Socket socket, int number) {
        JsonObject answer = ack(socket, number);
        assertThat(answer.getString("type")).isEqualTo("rate_limited");
        assertThat(answer.getString("scope")).isEqualTo("connection");
        return answer;
    }

    @Test
    void event_over_twice_the_limit_is_refused_under_its_acknowledgement_without_being_decoded() {
        Socket socket = atTwiceTheLimit("ann");
        socket.send(ping(70));
        assertThat(limited(socket, 70).fieldNames()).as("the id is in its body").doesNotContain("id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"ping\",{",
                "[\"ping\",{\"a\":1,\"a\":1}]",
                "[\"ping\"]x",
                "[\"connect\"]",
                "[]",
                "{}",
                "",
                "abc"
            })
    void broken_event_over_twice_the_limit_is_refused_and_the_client_stays(String body) {
        Socket socket = atTwiceTheLimit("ben" + Integer.toUnsignedString(body.hashCode()));
        socket.send("427" + body).send(ping(8));
        assertThat(limited(socket, 7).fieldNames()).doesNotContain("id");
        limited(socket, 8);
    }

    @Test
    void broken_event_over_the_limit_is_refused_and_the_client_stays() {
        Socket socket = atTheLimit("cat");
        socket.send("427[\"ping\",{").send(ping(8));
        assertThat(limited(socket, 7).fieldNames()).doesNotContain("id");
        assertThat(limited(socket, 8).getString("id")).isEqualTo("p8");
    }

    /** The same frames over {@code /ws}. */
    @Test
    void broken_frames_over_the_limit_are_refused_over_both_transports() {
        try (JdkPeer frames = strict.enter("dan")) {
            IntStream.range(0, LIMIT).forEach(i -> {
                frames.send("{\"type\":\"ping\"}");
                frames.next("pong");
            });
            IntStream.range(0, 2 * LIMIT).forEach(i -> {
                frames.send("{\"type\":\"ping\",");
                assertThat(frames.next("rate_limited").getString("scope")).isEqualTo("connection");
            });
        }
        Socket events = atTheLimit("eve");
        IntStream.range(0, 2 * LIMIT).forEach(i -> {
            events.send("42" + i + "[\"ping\",{");
            limited(events, i);
        });
    }

    @Test
    void messages_and_other_events_over_twice_the_limit_are_refused_in_their_order() {
        Socket socket = atTwiceTheLimit("fay");
        socket.send("4210[\"send-message\",{\"message\":\"x\"}]")
                .send("4211[\"chat\",{\"roomId\":\"lobby\",\"content\":\"x\"}]")
                .send("42[\"send-message\",{\"message\":")
                .send("4212[ \"send\\u002dmessage\"]")
                .send("42[\"ping\"]");
        limited(socket, 10);
        assertRefusedMessage(socket);
        limited(socket, 11);
        assertRefusedMessage(socket);
        limited(socket, 12);
        assertRefusedMessage(socket);
        assertThat(socket.next()).startsWith("42[\"rate_limited\",{");
    }

    /** The application that sends such messages knows no other refusal. */
    private static void assertRefusedMessage(Socket socket) {
        String packet = socket.next();
        assertThat(packet).startsWith("42[\"error\",{");
        JsonObject error = new JsonArray(packet.substring(2)).getJsonObject(1);
        assertThat(error.getString("reason")).isEqualTo("rate_limited");
        assertThat(error.getString("requestId")).isNotEmpty();
    }

    @Test
    void client_that_leaves_over_its_limit_is_answered_first() {
        Socket socket = atTwiceTheLimit("gus");
        socket.send("427[\"ping\",{").send("41").send("40" + new JsonObject().put("token", strict.token("hal")));
        limited(socket, 7);
        assertThat(socket.next()).startsWith("40{\"sid\":");
    }

    @Test
    void events_before_a_broken_one_are_answered_and_those_behind_it_are_not_handled() {
        Socket reader = socket(generous, "ida").join("lobby");
        Socket writer = socket(generous, "joe").join("lobby");
        List<String> contents = IntStream.range(0, 5).mapToObj(i -> "m" + i).toList();
        IntStream.range(0, 5).forEach(i -> writer.send(chat(i, contents.get(i))));
        writer.send("425[\"chat\",{").send(chat(6, "late"));
        List<String> told = writer.untilClosed();
        assertThat(told.stream()
                        .filter(packet -> packet.startsWith("43"))
                        .map(packet -> packet.substring(0, 4))
                        .toList())
                .containsExactly("430[", "431[", "432[", "433[", "434[");
        assertThat(told)
                .endsWith("42[\"close\",{\"code\":1002,\"reason\":\"Protocol error\"}]", "41", Socket.CLOSED + 1002);
        reader.send(chat(0, "last"));
        contents.forEach(
                content -> assertThat(reader.event("chat").getString("content")).isEqualTo(content));
        assertThat(reader.event("chat").getString("content")).isEqualTo("last");
    }

    private static String chat(int number, String content) {
        return "42" + number
                + new JsonArray()
                        .add("chat")
                        .add(new JsonObject().put("roomId", "lobby").put("content", content));
    }

    @Test
    void post_with_a_broken_event_is_refused_and_ends_its_session() {
        Polled polled = new EngineClient(generous).polled().connect(generous.token("kim"));
        assertThat(polled.post("42[\"ping\"]", "42[\"ping\",{", "42[\"ping\"]").statusCode())
                .isEqualTo(400);
        assertThat(polled.poll().statusCode()).isEqualTo(400);
    }

    @Test
    void broken_event_before_the_connect_closes_as_a_broken_packet() {
        Socket socket = new EngineClient(generous).socket();
        socket.next();
        socket.send("42[\"ping\",{");
        assertThat(socket.next()).isEqualTo(Socket.CLOSED + 1002);
    }
}
