package dev.portcullis.edge.socketio;

import static dev.portcullis.edge.socketio.EngineClient.await;
import static dev.portcullis.edge.socketio.EngineClient.pollOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.edge.socketio.EngineClient.Polled;
import dev.portcullis.edge.socketio.EngineClient.Socket;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviours that the test suite of the Engine.IO protocol, version 4, asks of a server, binary data left out. */
class EngineProtocolTest {
    private static TestNode node;

    private EngineClient client;

    @BeforeAll
    static void start() {
        node = TestNode.start(TestNode.GENEROUS.stream().toArray(String[]::new));
    }

    @BeforeEach
    void connect() {
        client = new EngineClient(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void handshake_by_polling_tells_the_session_and_its_rules() {
        HttpResponse<String> answer = client.get("?EIO=4&transport=polling");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("0");
        JsonObject open = new JsonObject(answer.body().substring(1));
        assertThat(open.fieldNames())
                .containsExactlyInAnyOrder("sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload");
        assertThat(open.getString("sid")).matches("[A-Za-z0-9_-]{32}");
        assertThat(open.getJsonArray("upgrades")).isEqualTo(new JsonArray().add("websocket"));
        assertThat(open.getInteger("pingInterval")).isEqualTo(30_000);
        assertThat(open.getInteger("pingTimeout")).isEqualTo(30_000);
        assertThat(open.getInteger("maxPayload")).isEqualTo(65_536);
    }

    @ParameterizedTest
    @CsvSource({
        "?transport=polling, 5",
        "?EIO=abc&transport=polling, 5",
        "?EIO=3&transport=polling, 5",
        "?EIO=4, 0",
        "?EIO=4&transport=abc, 0",
        "?EIO=4&transport=websocket, 3",
        "?EIO=4&transport=polling&j=0, 3",
        "?EIO=4&EIO=4&transport=polling, 3",
        "?EIO=4&transport=polling&sid=, 1",
        "?EIO=4&transport=polling&sid=abc, 1"
    })
    void handshake_that_is_none_gets_its_error(String query, int code) {
        HttpResponse<String> answer = client.get(query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getInteger("code")).isEqualTo(code);
        assertThat(new JsonObject(answer.body()).getString("message")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void handshake_with_another_method_is_refused(String method) {
        HttpResponse<String> answer =
                client.send(client.request("?EIO=4&transport=polling").method(method, BodyPublishers.ofString("x")));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getInteger("code")).isEqualTo(2);
    }

    @Test
    void handshake_by_websocket_tells_a_session_without_upgrades() {
        String first = client.socket().next();
        assertThat(first).startsWith("0");
        JsonObject open = new JsonObject(first.substring(1));
        assertThat(open.getJsonArray("upgrades")).isEmpty();
        assertThat(open.getString("sid")).matches("[A-Za-z0-9_-]{32}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?transport=websocket",
                "?EIO=abc&transport=websocket",
                "?EIO=4",
                "?EIO=4&transport=abc",
                "?EIO=4&transport=polling",
                "?EIO=4&transport=websocket&sid=abc"
            })
    void websocket_that_is_no_handshake_is_not_upgraded(String query) {
        assertThatThrownBy(() -> client.socket(query)).hasStackTraceContaining("WebSocketHandshakeException");
    }

    @Test
    void message_by_polling_is_accepted_and_answered_by_a_poll() {
        Polled session = client.polled();
        HttpResponse<String> posted = session.post("40");
        assertThat(posted.statusCode()).isEqualTo(200);
        assertThat(posted.body()).isEqualTo("ok");
        assertThat(session.next()).isEqualTo("44{\"message\":\"NO_TOKEN\"}");
    }

    @Test
    void payload_of_several_packets_is_taken_in_order() {
        Polled session = client.polled();
        String token = node.token("ann");
        assertThat(session.post(
                                "40" + new JsonObject().put("token", token),
                                "421[\"ping\"]",
                                "422[\"health-check\",{}]")
                        .statusCode())
                .isEqualTo(200);
        assertThat(session.next()).startsWith("40{\"sid\":");
        assertThat(session.next()).startsWith("42[\"auth_success\"");
        assertThat(session.next()).startsWith("431[{\"type\":\"pong\"");
        assertThat(session.next()).startsWith("432[{\"type\":\"health-check\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "", "0", "2", "5", "bAQIDBA==", "4", "4abc"})
    void packet_that_is_none_closes_the_session(String packet) {
        Polled session = client.polled();
        assertThat(session.post(packet).statusCode()).isEqualTo(400);
        assertGone(session);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/octet-stream",
                "application/json",
                "application/x-www-form-urlencoded",
                "text/plain; charset=utf-16"
            })
    void post_of_another_content_than_text_closes_the_session(String type) {
        Polled session = client.polled();
        assertThat(postAs(type, session).statusCode()).isEqualTo(400);
        assertGone(session);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "text/plain;charset=UTF-8", "Text/Plain; charset=\"utf-8\""})
    void post_of_text_is_accepted(String type) {
        assertThat(postAs(type, client.polled()).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> postAs(String type, Polled session) {
        return client.send(client.request(pollOf(session.sid()))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("6")));
    }

    @Test
    void request_of_a_session_must_name_the_version_too() {
        Polled session = client.polled();
        HttpResponse<String> answer = client.get("?transport=polling&sid=" + session.sid());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getInteger("code")).isEqualTo(3);
        assertThat(client.get("?EIO=3&transport=polling&sid=" + session.sid()).statusCode())
                .isEqualTo(400);
        assertThat(session.post("6").statusCode()).isEqualTo(200);
    }

    @Test
    void largest_payload_is_the_announced_one_on_each_transport() {
        Polled session = client.polled().connect(node.token("max"));
        Socket socket = client.socket();
        socket.next();
        socket.connect(node.token("maximum"));
        int max = client.open().getInteger("maxPayload");
        assertThat(session.post(ping(max)).statusCode()).isEqualTo(200);
        assertThat(session.next()).startsWith("431[");
        assertThat(socket.send(ping(max)).next()).startsWith("431[");
        assertThat(session.post(ping(max + 1)).statusCode()).isEqualTo(413);
        assertThat(session.poll().statusCode()).isEqualTo(400);
        socket.send(ping(max + 1));
        assertThat(socket.untilClosed()).endsWith(Socket.CLOSED + 1009);
    }

    /** A packet of so many bytes. */
    private static String ping(int bytes) {
        String packet = "421[\"ping\",{}]";
        return packet + " ".repeat(bytes - packet.length());
    }

    @Test
    void second_poll_at_a_time_closes_the_session() {
        Polled session = client.polled();
        CompletableFuture<HttpResponse<String>> first = session.polling();
        CompletableFuture<HttpResponse<String>> second = session.polling();
        HttpResponse<String> one = await(first);
        HttpResponse<String> other = await(second);
        HttpResponse<String> closed = one.statusCode() == 200 ? one : other;
        assertThat(closed.body()).isEqualTo("1");
        assertThat((closed == one ? other : one).statusCode()).isEqualTo(400);
        assertThat(session.poll().statusCode()).isEqualTo(400);
    }

    @Test
    void poll_that_is_cut_off_closes_the_session() throws Exception {
        Polled session = client.polled().connect(node.token("abe"));
        try (java.net.Socket cut = new java.net.Socket(
                java.net.InetAddress.getLoopbackAddress(), node.ws().getPort())) {
            cut.getOutputStream()
                    .write(("GET /socket.io/" + pollOf(session.sid()) + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin:"
                                    + " http://localhost:3000\r\n\r\n")
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        assertThat(Await.until(session::isGone)).isTrue();
    }

    @Test
    void client_closes_by_polling_and_its_poll_ends() {
        Polled session = client.polled();
        CompletableFuture<HttpResponse<String>> poll = session.polling();
        HttpResponse<String> posted = session.post("1");
        assertThat(posted.statusCode()).isEqualTo(200);
        HttpResponse<String> polled = await(poll);
        assertThat(polled.statusCode() == 400 || polled.body().equals("6")).isTrue(); // whichever request came first
        assertThat(session.poll().statusCode()).isEqualTo(400);
    }

    @Test
    void client_closes_its_websocket() {
        Socket socket = client.socket();
        socket.next();
        socket.send("1");
        assertThat(socket.next()).startsWith(Socket.CLOSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "", "0", "2", "2probe", "5", "4", "4abc"})
    void message_that_is_no_packet_closes_the_websocket(String packet) {
        Socket socket = client.socket();
        socket.next();
        socket.send(packet);
        assertThat(socket.next()).isEqualTo(Socket.CLOSED + 1002);
    }

    @Test
    void binary_message_closes_the_websocket() {
        Socket socket = client.socket();
        socket.next();
        socket.binary();
        assertThat(socket.next()).isEqualTo(Socket.CLOSED + 1003);
    }

    @Test
    void session_is_upgraded_and_goes_on_by_websocket() {
        Polled session = client.polled().connect(node.token("bob"));
        Socket socket = upgrade(session);
        socket.send("421[\"ping\"]");
        assertThat(socket.next()).startsWith("431[{\"type\":\"pong\"");
    }

    @Test
    void poll_that_waits_is_ended_by_the_probe() {
        Polled session = client.polled();
        CompletableFuture<HttpResponse<String>> poll = session.polling();
        Socket socket = client.socket(webSocketOf(session));
        socket.send("2probe");
        assertThat(socket.next()).isEqualTo("3probe");
        assertThat(await(poll).body()).isEqualTo("6");
    }

    @Test
    void requests_of_an_upgraded_session_are_refused() {
        Polled session = client.polled().connect(node.token("cat"));
        Socket socket = upgrade(session);
        assertThat(session.poll().statusCode()).isEqualTo(400);
        assertThat(session.post("421[\"ping\"]").statusCode()).isEqualTo(400);
        socket.send("422[\"ping\"]");
        assertThat(socket.next()).startsWith("432[");
    }

    @Test
    void second_websocket_of_an_upgraded_session_is_closed_alone() {
        Polled session = client.polled().connect(node.token("dan"));
        Socket socket = upgrade(session);
        Socket second = client.socket(webSocketOf(session));
        assertThat(second.next()).startsWith(Socket.CLOSED);
        socket.send("421[\"ping\"]");
        assertThat(socket.next()).startsWith("431[");
    }

    @Test
    void second_websocket_at_a_time_is_closed_and_the_first_one_upgrades() {
        Polled session = client.polled().connect(node.token("kay"));
        Socket first = client.socket(webSocketOf(session));
        first.send("2probe");
        assertThat(first.next()).isEqualTo("3probe");
        Socket second = client.socket(webSocketOf(session));
        assertThat(second.next()).startsWith(Socket.CLOSED);
        first.send("5").send("421[\"ping\"]");
        assertThat(first.next()).startsWith("431[");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "40", "3probe", "421[\"ping\"]"})
    void websocket_that_begins_without_a_probe_is_closed_and_the_session_goes_on(String first) {
        Polled session = client.polled().connect(node.token("eve"));
        Socket socket = client.socket(webSocketOf(session));
        socket.send(first);
        assertThat(socket.next()).startsWith(Socket.CLOSED);
        session.post("421[\"ping\"]");
        assertThat(session.next()).startsWith("431[");
    }

    @Test
    void second_probe_closes_the_websocket_of_the_probe() {
        Polled session = client.polled();
        Socket socket = client.socket(webSocketOf(session));
        socket.send("2probe");
        socket.next();
        socket.send("2probe");
        assertThat(socket.next()).startsWith(Socket.CLOSED);
        assertThat(session.post("6").statusCode()).isEqualTo(200);
    }

    private Socket upgrade(Polled session) {
        Socket socket = client.socket(webSocketOf(session));
        socket.send("2probe");
        assertThat(socket.next()).isEqualTo("3probe");
        return socket.send("5");
    }

    static String webSocketOf(Polled session) {
        return "?EIO=4&transport=websocket&sid=" + session.sid();
    }

    private static void assertGone(Polled session) {
        assertThat(session.poll().statusCode()).isEqualTo(400);
    }
}
