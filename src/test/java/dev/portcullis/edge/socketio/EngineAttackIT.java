package dev.portcullis.edge.socketio;

import static dev.portcullis.edge.socketio.EngineClient.emit;
import static dev.portcullis.edge.socketio.EngineClient.pollOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.edge.socketio.EngineClient.Polled;
import dev.portcullis.edge.socketio.EngineClient.Socket;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.NonReadingPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an attacker tries with the requests of Engine.IO. */
class EngineAttackIT {
    private static final String HANDSHAKE = "?EIO=4&transport=polling";

    private static final String WEBSOCKETS = "vertx_http_server_active_ws_connections";

    /** Without its body, of two bytes. */
    private static final String LOGIN = String.join(
            "\r\n",
            "POST /api/auth/login HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            "Content-Length: 2",
            "",
            "");

    /** The connections of a proxy last: those of others are closed soon if they take no answer. */
    private static final String PROXY = "http.trustedProxies=[\"127.0.0.1\"]";

    private static final String KEPT = "http.proxyKeepAliveMs=600000";

    /** Of the tests that change no setting, and leave it as they found it. */
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = node(new String[0]);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static TestNode node(String... more) {
        List<String> settings = new ArrayList<>(TestNode.GENEROUS);
        Collections.addAll(settings, more);
        return TestNode.start(settings.toArray(String[]::new));
    }

    @Test
    void foreign_page_gets_no_session_and_none_of_another_page() {
        EngineClient page = new EngineClient(node);
        EngineClient foreign = new EngineClient(node, "https://evil.example");
        EngineClient sibling = new EngineClient(node, "http://localhost:4000");
        assertThat(foreign.get(HANDSHAKE).statusCode()).isEqualTo(403);
        assertThatThrownBy(foreign::socket).hasStackTraceContaining("WebSocketHandshakeException");
        Polled session = page.polled();
        assertThat(foreign.get(pollOf(session.sid())).statusCode()).isEqualTo(403);
        HttpResponse<String> other = sibling.get(pollOf(session.sid()));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
        assertThatThrownBy(() -> sibling.socket(EngineProtocolTest.webSocketOf(session)))
                .hasStackTraceContaining("WebSocketHandshakeException");
        assertThat(session.post("6").statusCode()).isEqualTo(200);
    }

    /** Browsers write this header: such a request comes from a page of ours, and the session belongs to another one. */
    @Test
    void session_of_another_page_is_of_no_use_to_a_page_of_the_same_origin() {
        Polled session = new EngineClient(node).polled();
        EngineClient own = new EngineClient(node, "");
        assertThat(own.send(own.request(pollOf(session.sid())).header("Sec-Fetch-Site", "same-origin"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(own.get(pollOf(session.sid())).statusCode()).isEqualTo(400);
        assertThat(session.post("6").statusCode()).isEqualTo(200);
    }

    @Test
    void answers_are_readable_for_listed_pages_only() {
        HttpResponse<String> answer = new EngineClient(node).get(HANDSHAKE);
        assertThat(answer.headers().map())
                .containsEntry("access-control-allow-origin", List.of("http://localhost:3000"));
        assertThat(answer.headers().map()).containsEntry("access-control-allow-credentials", List.of("true"));
        assertThat(answer.headers().map()).containsEntry("cache-control", List.of("no-store"));
        assertThat(new EngineClient(node, "https://evil.example")
                        .get(HANDSHAKE)
                        .headers()
                        .map())
                .doesNotContainKey("access-control-allow-origin");
        HttpResponse<String> preflight = new EngineClient(node)
                .send(new EngineClient(node).request(HANDSHAKE).method("OPTIONS", BodyPublishers.noBody()));
        assertThat(preflight.statusCode()).isEqualTo(204);
    }

    @Test
    void page_of_the_same_origin_reads_without_naming_it() {
        try (TestNode node = node("origin.missing=reject")) {
            EngineClient plain = new EngineClient(node, "");
            assertThat(plain.get(HANDSHAKE).statusCode()).isEqualTo(403);
            HttpResponse<String> opened = plain.send(plain.request(HANDSHAKE).header("Sec-Fetch-Site", "same-origin"));
            assertThat(opened.statusCode()).isEqualTo(200);
            String sid = new JsonObject(opened.body().substring(1)).getString("sid");
            assertThat(plain.send(plain.request(pollOf(sid))
                                    .header("Sec-Fetch-Site", "same-origin")
                                    .POST(BodyPublishers.ofString("6")))
                            .statusCode())
                    .isEqualTo(200);
            EngineClient page = new EngineClient(node);
            EngineClient sibling = new EngineClient(node, "http://localhost:4000");
            assertThat(page.send(page.request(pollOf(sid)).POST(BodyPublishers.ofString("6")))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(sibling.send(sibling.request(pollOf(sid)).POST(BodyPublishers.ofString("6")))
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void clear_text_missing_headers_and_banned_addresses_are_refused_on_each_request() {
        try (TestNode node = node("handshake.requiredHeaders={\"X-App\": \"chat\"}")) {
            EngineClient client = new EngineClient(node);
            assertThat(client.get(HANDSHAKE).statusCode()).isEqualTo(403);
            HttpResponse<String> opened = client.send(client.request(HANDSHAKE).header("X-App", "chat"));
            String sid = new JsonObject(opened.body().substring(1)).getString("sid");
            assertThat(client.get(pollOf(sid)).statusCode()).isEqualTo(403);
        }
        try (TestNode node = node("tls.required=true", "http.trustedProxies=[\"127.0.0.1\"]")) {
            EngineClient client = new EngineClient(node);
            assertThat(client.get(HANDSHAKE).statusCode()).isEqualTo(426);
            assertThat(client.send(client.request(HANDSHAKE).header("X-Forwarded-Proto", "https"))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void sessions_count_as_handshakes_and_as_anonymous_connections() {
        try (TestNode node = TestNode.start()) {
            EngineClient client = new EngineClient(node);
            for (int i = 0; i < 10; i++) {
                assertThat(client.get(HANDSHAKE).statusCode()).isEqualTo(200);
            }
            HttpResponse<String> refused = client.get(HANDSHAKE);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        }
        try (TestNode node = node("limits.connectionsPerIp=3")) {
            EngineClient client = new EngineClient(node);
            Polled first = client.polled();
            client.polled();
            client.polled();
            assertThat(client.get(HANDSHAKE).statusCode()).isEqualTo(429);
            first.post("1");
            assertThat(Await.until(() -> client.get(HANDSHAKE).statusCode() == 200))
                    .isTrue();
        }
    }

    /** An office behind one address: the limits of users hold for those who connect, and that of the address for all others. */
    @Test
    void sessions_of_users_leave_their_address_its_handshakes() {
        try (TestNode node = TestNode.start()) {
            EngineClient client = new EngineClient(node);
            for (int i = 0; i < 15; i++) {
                client.polled().connect(node.token("user" + i));
            }
            assertThat(handshakesLeft(client)).isEqualTo(10);
        }
    }

    @Test
    void session_gives_its_handshake_back_once_however_often_its_client_connects() {
        try (TestNode node = TestNode.start()) {
            EngineClient client = new EngineClient(node);
            client.polled(); // holds its own
            Polled session = client.polled();
            for (int i = 0; i < 5; i++) {
                session.connect(node.token("ann"));
                session.post("41");
            }
            assertThat(handshakesLeft(client)).isEqualTo(9);
        }
    }

    @Test
    void connect_that_is_refused_gives_no_handshake_back() {
        try (TestNode node = TestNode.start("sessions.handshakesPerMinute=1")) {
            EngineClient client = new EngineClient(node);
            client.polled().connect(node.token("ann"));
            for (String token : List.of("forged", node.token("ann"))) {
                Polled refused = client.polled();
                refused.post("40" + new JsonObject().put("token", token));
                assertThat(refused.next()).startsWith("44{");
            }
            assertThat(handshakesLeft(client)).isEqualTo(8);
        }
    }

    /** How many more sessions its address may open, which it opens. */
    private static int handshakesLeft(EngineClient client) {
        int opened = 0;
        while (client.get(HANDSHAKE).statusCode() == 200) {
            opened++;
        }
        return opened;
    }

    @Test
    void session_without_a_connect_is_closed_in_time() {
        try (TestNode node = node("auth.messageTimeoutMs=4000")) {
            EngineClient client = new EngineClient(node);
            Polled session = client.polled();
            assertThat(session.poll().body()).isEqualTo("1");
            Socket socket = client.socket();
            socket.next();
            assertThat(socket.next()).isEqualTo(Socket.CLOSED + 4001);
        }
    }

    @Test
    void client_that_does_not_answer_pings_is_closed() {
        try (TestNode node =
                node("heartbeat.intervalMs=300", "heartbeat.timeoutMs=6000", "limits.closeLingerMs=10000")) {
            EngineClient client = new EngineClient(node);
            JsonObject open = client.open();
            assertThat(open.getInteger("pingInterval")).isEqualTo(300);
            assertThat(open.getInteger("pingTimeout")).isEqualTo(5_700);
            Polled session = client.new Polled(open.getString("sid"));
            assertThat(EngineClient.packets(session.poll())).isNotEmpty().containsOnly("2");
            assertThat(session.post("3").statusCode()).isEqualTo(200);
            List<String> seen = new ArrayList<>();
            HttpResponse<String> answer = session.poll();
            while (answer.statusCode() == 200) {
                seen.addAll(EngineClient.packets(answer));
                answer = session.poll();
            }
            assertThat(seen).contains("2").endsWith("1");
        }
    }

    /** Its library closes a transport on which no ping comes in time. */
    @Test
    void client_that_leaves_and_returns_again_and_again_is_pinged() {
        try (TestNode node = node("heartbeat.intervalMs=2000")) {
            Polled session = new EngineClient(node).polled().connect(node.token("ann"));
            List<String> seen = new ArrayList<>();
            assertThat(Await.until(() -> {
                        Await.pass(Duration.ofMillis(250)); // a faster one has too many sessions soon, and is closed
                        session.post("41", "40{\"token\":\"" + node.token("ann") + "\"}");
                        HttpResponse<String> answer = session.poll();
                        seen.addAll(EngineClient.packets(answer));
                        return seen.contains("2") || answer.statusCode() != 200;
                    }))
                    .isTrue();
            assertThat(seen).contains("2");
        }
    }

    /** Only packets are a sign of life: neither polls nor attempts to upgrade are. */
    @Test
    void client_that_polls_and_probes_but_answers_no_ping_is_closed() {
        try (TestNode node =
                node("heartbeat.intervalMs=300", "heartbeat.timeoutMs=6000", "limits.closeLingerMs=10000")) {
            EngineClient client = new EngineClient(node);
            Polled session = client.polled().connect(node.token("ann"));
            List<String> seen = new ArrayList<>();
            assertThat(Await.until(() -> {
                        try {
                            Socket socket = client.socket(EngineProtocolTest.webSocketOf(session));
                            socket.send("2probe");
                            socket.next();
                            socket.abort();
                        } catch (AssertionError ended) {
                            // the next poll tells
                        }
                        HttpResponse<String> answer = session.poll();
                        seen.addAll(EngineClient.packets(answer));
                        return answer.statusCode() == 400;
                    }))
                    .isTrue();
            assertThat(seen).contains("2").anyMatch(packet -> packet.contains("\"code\":4000"));
        }
    }

    /** A stock client takes the packet that ends its transport at once, and those before it in the same answer only then. */
    @Test
    void last_events_of_a_client_that_polls_come_before_the_packet_that_ends_it() {
        Polled session = new EngineClient(node).polled().connect(node.token("ann"));
        session.post("42[\"token_refresh\",{\"token\":\"forged\"}]");
        session.event("auth_failure");
        List<String> last = List.of(session.next(), session.next());
        assertThat(last.get(0)).startsWith("42[\"close\",{\"code\":4003");
        assertThat(last.get(1)).isEqualTo("41");
        assertThat(session.poll().body()).isEqualTo("1");
        assertThat(session.isGone()).isTrue();
    }

    /** None of them is a connection of its own, so the limits of those hold none back (CWE-770). */
    @Test
    void session_that_asks_for_one_upgrade_after_the_other_gets_no_further_one() {
        try (TestNode node = node("limits.controlFrames=3", "admin.apiKey=" + Gauges.KEY)) {
            EngineClient client = new EngineClient(node);
            Polled session = client.polled().connect(node.token("ann"));
            for (int i = 0; i < 3; i++) {
                client.socket(EngineProtocolTest.webSocketOf(session)).abort();
                assertThat(Await.until(() -> !Gauges.of(node).values().containsKey(WEBSOCKETS)))
                        .isTrue();
            }
            assertThatThrownBy(() -> client.socket(EngineProtocolTest.webSocketOf(session)))
                    .hasStackTraceContaining("400");
            assertThat(session.isGone()).isFalse();
        }
    }

    /** Each of them has a file descriptor until its connection closes, which is up to the client (CWE-770). */
    @Test
    void session_has_room_for_one_probe_and_for_one_websocket_that_is_closed() {
        try (TestNode node = node("limits.closeLingerMs=10000")) {
            EngineClient client = new EngineClient(node);
            Polled session = client.polled().connect(node.token("ann"));
            try (RawPeer probe = RawPeer.to(node.port());
                    RawPeer second = RawPeer.to(node.port());
                    RawPeer third = RawPeer.to(node.port())) {
                assertThat(upgrade(probe, session.sid()).status()).isEqualTo(101);
                assertThat(upgrade(second, session.sid()).status()).isEqualTo(101);
                RawPeer.Reply refused = upgrade(third, session.sid());
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.body()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
                assertThat(second.closeCode()).isEqualTo(1002);
            }
            assertThat(Await.until(() -> {
                        try (RawPeer next = RawPeer.to(node.port())) {
                            return upgrade(next, session.sid()).status() == 101;
                        }
                    }))
                    .as("once the connections of the first have closed")
                    .isTrue();
        }
    }

    @Test
    void session_that_began_with_a_websocket_has_room_for_no_more_than_one_that_is_closed() {
        try (TestNode node = node("limits.closeLingerMs=10000");
                RawPeer second = RawPeer.to(node.port());
                RawPeer third = RawPeer.to(node.port())) {
            Socket socket = new EngineClient(node).socket();
            String sid = new JsonObject(socket.next().substring(1)).getString("sid");
            assertThat(upgrade(second, sid).status()).isEqualTo(101);
            assertThat(upgrade(third, sid).status()).isEqualTo(400);
            socket.connect(node.token("ann"));
        }
    }

    /** Else they count in no limit: neither as connections of a client, nor for their address. */
    @Test
    void websocket_counts_as_one_that_has_not_upgraded_until_its_client_goes_on_by_it() {
        try (TestNode node = node("admin.apiKey=" + Gauges.KEY)) {
            EngineClient client = new EngineClient(node); // with a connection or two of its own
            List<String> sids = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                sids.add(client.polled().connect(node.token("u" + i)).sid());
            }
            List<RawPeer> peers = new ArrayList<>();
            for (String sid : sids) {
                RawPeer peer = RawPeer.to(node.port());
                assertThat(upgrade(peer, sid).status()).isEqualTo(101);
                peers.add(peer);
            }
            assertThat(pendingConnections(node)).isGreaterThanOrEqualTo(8);
            for (RawPeer peer : peers) {
                peer.text("2probe");
                assertThat(peer.read().text()).isEqualTo("3probe");
                peer.text("5");
            }
            assertThat(Await.until(() -> pendingConnections(node) < 8)).isTrue();
            for (RawPeer peer : peers) {
                peer.text("421[\"ping\"]");
                assertThat(peer.read().text()).startsWith("431[");
                peer.close();
            }
        }
    }

    private static double pendingConnections(TestNode node) {
        return Gauges.of(node).values().getOrDefault("portcullis_pending_connections", 0.0);
    }

    private static RawPeer.Reply upgrade(RawPeer peer, String sid) {
        return peer.request("GET /socket.io/?EIO=4&transport=websocket&sid=" + sid
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://localhost:3000\r\n"
                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }

    /** They need no credentials. The POST of a session that has a user takes nothing from its address. */
    @Test
    void unfinished_bodies_of_an_address_end_none_of_its_sessions() {
        try (TestNode node = node("http.bodiesPerAddress=1", "http.bodyMs=30000");
                RawPeer unfinished = RawPeer.to(node.port())) {
            Polled session = new EngineClient(node).polled().connect(node.token("ann"));
            unfinished.write((LOGIN + "{").getBytes(StandardCharsets.US_ASCII));
            assertThat(session.post("421[\"ping\"]").statusCode()).isEqualTo(200);
            assertThat(session.next()).startsWith("431[");
        }
    }

    /** Else sessions that prove nothing have memory reserved by what they announce, and send none of it. */
    @Test
    void unfinished_post_of_a_session_without_a_user_is_small_and_counts_for_its_address() {
        try (TestNode node = node("http.bodiesPerAddress=1", "http.bodyMs=60000", "http.callMs=60000");
                RawPeer large = RawPeer.to(node.port());
                RawPeer first = RawPeer.to(node.port());
                RawPeer second = RawPeer.to(node.port())) {
            EngineClient client = new EngineClient(node);
            Polled ann = client.polled().connect(node.token("ann"));
            assertThat(large.request(postOf(client.polled().sid(), 20_000)).status())
                    .isEqualTo(413);
            first.write(postOf(client.polled().sid(), 16_000).getBytes(StandardCharsets.US_ASCII));
            assertThat(first.isCutOffWhile(() ->
                            assertThat(client.polled().post("6").statusCode()).isEqualTo(200)))
                    .as("the slowest gives way, long before its time is over")
                    .isTrue();
            second.write(postOf(client.polled().sid(), 16_000).getBytes(StandardCharsets.US_ASCII));
            assertThat(ann.post("42[\"ping\",{\"id\":\"" + "x".repeat(20_000) + "\"}]")
                            .statusCode())
                    .as("of a user")
                    .isEqualTo(200);
        }
    }

    /** Without its body. */
    private static String postOf(String sid, int length) {
        return "POST /socket.io/" + pollOf(sid) + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://localhost:3000\r\n"
                + "Content-Length: " + length + "\r\n\r\n";
    }

    /** No session reads it, so nothing would bound it. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
    void request_with_a_body_that_none_may_have_is_refused_and_its_connection_closed(String announced) {
        Polled session = new EngineClient(node).polled().connect(node.token("ann"));
        for (String request : List.of("GET " + HANDSHAKE, "GET " + pollOf(session.sid()), "OPTIONS " + HANDSHAKE)) {
            try (RawPeer peer = RawPeer.to(node.port())) {
                RawPeer.Reply refused = peer.request(request.replace(" ", " /socket.io/")
                        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://localhost:3000\r\n"
                        + announced
                        + "\r\n\r\n");
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.body()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
                assertThat(refused.header("Connection")).isEqualTo("close");
                assertThat(peer.isCutOff()).isTrue();
            }
        }
        assertThat(session.post("421[\"ping\"]").statusCode()).isEqualTo(200);
        assertThat(session.next()).startsWith("431[");
    }

    /** As the same bytes in a text frame of a WebSocket: what decoders make of them differs (CWE-436). */
    @ParameterizedTest
    @ValueSource(strings = {"ff", "80", "c080", "eda080", "f4908080", "e282"})
    void body_that_is_no_utf8_closes_the_session(String hex) {
        Polled session =
                new EngineClient(node).polled().connect(node.token("ann")).join("lobby");
        byte[] bad = HexFormat.of().parseHex(hex);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("421[\"chat\",{\"roomId\":\"lobby\",\"content\":\"".getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(bad);
        body.writeBytes("\"}]".getBytes(StandardCharsets.US_ASCII));
        assertThat(session.post(body.toByteArray()).statusCode()).isEqualTo(400);
        assertThat(session.poll().statusCode()).isEqualTo(400);
    }

    /** Else a connection for each poll holds another payload, and the outbox is never full (CWE-770). */
    @Test
    void client_that_reads_none_of_its_answers_is_closed_however_often_it_polls() {
        try (TestNode node = node(PROXY, KEPT);
                JdkPeer writer = node.enter("writer")) {
            writer.join("lobby");
            Polled session =
                    new EngineClient(node).polled().connect(node.token("ann")).join("lobby");
            List<NonReadingPeer> polls = new ArrayList<>();
            for (int round = 0; round < 40 && !session.isGone(); round++) {
                write(6, writer, "round" + round);
                polls.add(unread(node, session));
            }
            assertThat(session.isGone()).isTrue();
            assertThat(polls).allMatch(each -> Await.until(each::isCutOff));
        }
    }

    @Test
    void answer_that_is_not_read_counts_for_the_bound() {
        try (TestNode node = node(PROXY, KEPT, "limits.outboxBytes=65536", "limits.slowReaderMs=5000");
                JdkPeer writer = node.enter("writer")) {
            writer.join("lobby");
            Polled session =
                    new EngineClient(node).polled().connect(node.token("ann")).join("lobby");
            write(12, writer, "large");
            NonReadingPeer poll = unread(node, session);
            assertThat(Await.until(session::isGone)).isTrue();
            assertThat(Await.until(poll::isCutOff)).isTrue();
        }
    }

    /** Each of them is an event of more than 8,000 bytes. */
    private static void write(int messages, JdkPeer writer, String id) {
        for (int i = 0; i < messages; i++) {
            writer.chat("lobby", "\ud83d\ude00".repeat(1_000), id + "-" + i);
        }
    }

    private static NonReadingPeer unread(TestNode node, Polled session) {
        String poll = "GET /socket.io/" + pollOf(session.sid())
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://localhost:3000\r\n\r\n";
        NonReadingPeer peer = NonReadingPeer.to(node.port(), poll, 1);
        assertThat(peer.isCutOff()).isFalse(); // writes its request
        return peer;
    }

    /** Else a client would have its time for a CONNECT again and again, and no refused token would count. */
    @Test
    void connect_that_is_taken_back_before_its_answer_ends_the_session() {
        Polled session = new EngineClient(node).polled();
        session.post("40{\"token\":\"forged\"}", "41");
        HttpResponse<String> answer = session.poll();
        while (answer.statusCode() == 200) {
            answer = session.poll();
        }
        assertThat(session.post("40{\"token\":\"forged again\"}").statusCode()).isEqualTo(400);
    }

    @Test
    void payloads_that_are_too_large_or_too_many_packets_close_the_session() {
        EngineClient client = new EngineClient(node);
        Polled many = client.polled();
        assertThat(many.post(Collections.nCopies(16, "6").toArray(String[]::new))
                        .statusCode())
                .isEqualTo(200);
        assertThat(many.post(Collections.nCopies(17, "6").toArray(String[]::new))
                        .statusCode())
                .isEqualTo(400);
        assertThat(many.poll().statusCode()).isEqualTo(400);
        Polled giant = client.polled();
        assertThat(giant.post("4" + "x".repeat(65_536)).statusCode()).isEqualTo(413);
        assertThat(giant.poll().statusCode()).isEqualTo(400);
        Polled early = client.polled();
        assertThat(early.post("40{\"token\":\"" + "x".repeat(17_000) + "\"}").statusCode())
                .isEqualTo(400);
        Polled floods = client.polled();
        for (int i = 0; i < 2; i++) {
            floods.post(Collections.nCopies(16, "6").toArray(String[]::new));
        }
        assertThat(floods.post("6").statusCode()).isEqualTo(400);
    }

    /** Whatever its library reads first, it hears of an end of the transport, and not of a code by chance. */
    @ParameterizedTest
    @ValueSource(strings = {"too many", "42not json"})
    void poll_that_waits_while_a_post_is_refused_gets_the_end_and_nothing_else(String bad) {
        try (TestNode node = node("admin.apiKey=" + Gauges.KEY)) {
            Polled session =
                    new EngineClient(node).polled().connect(node.token("ann")).join("lobby");
            CompletableFuture<HttpResponse<String>> poll = session.polling();
            awaitWaiting(node, List.of(poll));
            String[] packets =
                    bad.equals("too many") ? Collections.nCopies(17, "6").toArray(String[]::new) : new String[] {bad};
            assertThat(session.post(packets).statusCode()).isEqualTo(400);
            assertThat(EngineClient.await(poll).body()).isEqualTo("1");
            assertThat(session.poll().statusCode()).isEqualTo(400);
        }
    }

    @Test
    void second_poll_at_a_time_is_counted_as_a_breach_of_the_protocol() {
        try (TestNode node = node("admin.apiKey=" + Gauges.KEY)) {
            Polled session = new EngineClient(node).polled().connect(node.token("ann"));
            CompletableFuture<HttpResponse<String>> first = session.polling();
            CompletableFuture<HttpResponse<String>> second = session.polling();
            assertThat(List.of(
                            EngineClient.await(first).statusCode(),
                            EngineClient.await(second).statusCode()))
                    .containsExactlyInAnyOrder(200, 400);
            assertThat(Await.until(() ->
                            Gauges.scrape(node).contains("portcullis_connections_closed_total{code=\"1002\"} 1.0")))
                    .isTrue();
            assertThat(Gauges.scrape(node)).contains("portcullis_heartbeat_terminations_total 0.0");
        }
    }

    @Test
    void post_that_never_ends_is_cut_and_closes_the_session() {
        try (TestNode node = node("http.bodyMs=2000")) {
            EngineClient client = new EngineClient(node);
            Polled session = client.polled().connect(node.token("ann"));
            try (RawPeer slow = RawPeer.to(node.port())) {
                assertThat(slow.request(postOf(session.sid(), 100) + "4").status())
                        .isEqualTo(408);
            }
            assertThat(Await.until(session::isGone)).isTrue();
        }
    }

    @Test
    void second_post_at_a_time_closes_the_session() {
        EngineClient client = new EngineClient(node);
        Polled session = client.polled().connect(node.token("ann"));
        try (RawPeer slow = RawPeer.to(node.port())) {
            slow.write((postOf(session.sid(), 100) + "4").getBytes(StandardCharsets.US_ASCII));
            assertThat(Await.until(session::isGone)).isTrue();
        }
    }

    @Test
    void client_that_does_not_poll_is_a_slow_reader_and_hurts_only_itself() {
        try (TestNode node = node("limits.outboxFrames=16", "limits.slowReaderMs=100");
                JdkPeer writer = node.enter("writer")) {
            EngineClient client = new EngineClient(node);
            Polled lazy = client.polled().connect(node.token("lazy")).join("lobby");
            Polled eager = client.polled().connect(node.token("eager")).join("lobby");
            writer.join("lobby");
            for (int i = 0; i < 40; i++) { // one by one: on a busy machine the one that reads would be slow too
                writer.chat("lobby", "m" + i, "id" + i);
                eager.event("chat");
            }
            // A poll here would be read in time, so what tells of the end is a POST, which a session that ends takes no
            // more.
            assertThat(Await.until(() -> lazy.post("421[\"ping\"]").statusCode() == 400))
                    .isTrue();
            HttpResponse<String> last = lazy.poll();
            assertThat(last.statusCode() == 400 || last.body().contains("Reading too slowly"))
                    .isTrue();
        }
    }

    @Test
    void sessions_of_all_event_loops_are_found_on_each() {
        try (TestNode node =
                node("stages={\"edge\": 4, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}")) {
            for (int i = 0; i < 12; i++) {
                Polled session = new EngineClient(node)
                        .polled()
                        .connect(node.token("u" + i))
                        .join("lobby");
                EngineClient elsewhere = new EngineClient(node);
                Polled same = elsewhere.new Polled(session.sid());
                same.post("421[\"ping\"]");
                assertThat(same.next()).startsWith("431[");
                Socket socket = elsewhere.socket(EngineProtocolTest.webSocketOf(session));
                socket.send("2probe");
                assertThat(socket.next()).isEqualTo("3probe");
                socket.send("5");
                for (int n = 0; n < 50; n++) {
                    socket.send("42" + n + new JsonArray().add("ping"));
                }
                for (int n = 0; n < 50; n++) {
                    assertThat(socket.next()).startsWith("43" + n + "[");
                }
                socket.send(emit("chat", new JsonObject().put("roomId", "lobby").put("content", "x".repeat(900))));
                assertThat(socket.event("chat").getString("content")).hasSize(900);
                socket.abort();
            }
        }
    }

    @Test
    void cookie_needs_the_csrf_token_of_its_login() {
        try (TestNode node =
                node("auth.accept=[\"message\", \"cookie\"]", "origin.missing=reject", "auth.cookieName=access")) {
            EngineClient client = new EngineClient(node);
            String token = dev.portcullis.kit.DevToken.of("cookie")
                    .csrf("secret-of-the-page")
                    .signed();
            for (Map.Entry<String, String> each : Map.of(
                            "40", "44{\"message\":\"CSRF_FAILED\"}",
                            "40{\"csrfToken\":\"wrong\"}", "44{\"message\":\"CSRF_FAILED\"}",
                            "40{\"csrfToken\":\"secret-of-the-page\"}", "40{\"sid\":")
                    .entrySet()) {
                HttpResponse<String> opened =
                        client.send(client.request(HANDSHAKE).header("Cookie", "access=" + token));
                Polled session = client.new Polled(new JsonObject(opened.body().substring(1)).getString("sid"));
                session.post(each.getKey());
                assertThat(session.next()).startsWith(each.getValue());
            }
        }
    }

    @Test
    void polls_of_users_leave_room_for_others_of_their_address_and_polls_without_a_user_give_way() {
        try (TestNode node = node(
                "limits.pendingConnectionsPerIp=4",
                "auth.messageTimeoutMs=60000",
                "heartbeat.intervalMs=300000", // a ping ends a poll
                "heartbeat.timeoutMs=400000",
                "admin.apiKey=" + Gauges.KEY)) {
            List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                polls.add(new EngineClient(node)
                        .polled()
                        .connect(node.token("u" + i))
                        .polling());
                awaitWaiting(node, polls); // until then its connection counts as one of no user
            }
            node.enter("visitor").close();
            assertThat(polls).noneMatch(CompletableFuture::isDone);

            for (int i = 0; i < 4; i++) {
                polls.add(new EngineClient(node).polled().polling());
                awaitWaiting(node, polls);
            }
            assertThat(Await.until(() -> isServed(node))).isTrue();
            assertThat(Await.until(() -> polls.subList(12, 16).stream().anyMatch(CompletableFuture::isDone)))
                    .as("one without a user has ended for it")
                    .isTrue();
            assertThat(polls.subList(0, 12)).noneMatch(CompletableFuture::isDone);
        }
    }

    /** One that comes before a poll has told that it is of no user may be closed itself, and comes again. */
    private static boolean isServed(TestNode node) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request("GET /socket.io/" + HANDSHAKE + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                            .status()
                    == 200;
        } catch (UncheckedIOException cutOff) {
            return false;
        }
    }

    /** The request that reads the gauge counts, too. */
    private static void awaitWaiting(TestNode node, List<?> polls) {
        assertThat(Await.until(() ->
                        Gauges.of(node).values().getOrDefault("vertx_http_server_active_requests", 0.0) > polls.size()))
                .isTrue();
    }

    /** What stands in front of the server may want a header of its own. */
    @Test
    void header_of_a_request_is_no_token() {
        EngineClient client = new EngineClient(node);
        for (int i = 0; i < 12; i++) { // ten refused tokens would refuse the address
            HttpResponse<String> opened = client.send(client.request(HANDSHAKE)
                    .header("Authorization", "Bearer not.a.token" + i)
                    .header("Authorization", "Bearer nor.this.one" + i));
            assertThat(opened.statusCode()).isEqualTo(200);
            Polled session = client.new Polled(new JsonObject(opened.body().substring(1)).getString("sid"));
            session.connect(node.token("ann" + i));
        }
        HttpResponse<String> opened =
                client.send(client.request(HANDSHAKE).header("Authorization", "Bearer " + node.token("bob")));
        Polled session = client.new Polled(new JsonObject(opened.body().substring(1)).getString("sid"));
        session.post("40");
        assertThat(session.next()).isEqualTo("44{\"message\":\"NO_TOKEN\"}");
    }

    @Test
    void drain_tells_the_clients_and_lets_them_return() {
        Polled polled;
        Socket socket;
        TestNode node = node("drain.windowMs=1000", "limits.closeLingerMs=10000");
        EngineClient client = new EngineClient(node);
        polled = client.polled().connect(node.token("ann"));
        socket = client.socket();
        socket.next();
        socket.connect(node.token("bob"));
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::close);
        assertThat(polled.event("server_draining").getInteger("reconnectInMs")).isNotNegative();
        assertThat(socket.event("server_draining")).isNotNull();
        assertThat(socket.event("close").getInteger("code")).isEqualTo(1012);
        assertThat(socket.next())
                .isEqualTo(Socket.CLOSED + 1012); // without a disconnect, after which clients stay away
        assertThat(polled.event("close").getInteger("code")).isEqualTo(1012);
        assertThat(polled.next()).isEqualTo("1");
        EngineClient.await(stopped);
    }

    /** Else the loop that has no sessions, or no more, cuts off the polls of the other one's. */
    @Test
    void client_whose_poll_is_on_another_event_loop_is_told_of_the_drain_and_of_its_close() {
        TestNode node = node("drain.windowMs=1000", "stages.edge=2");
        Polled session = new EngineClient(node).polled().connect(node.token("ann"));
        Polled elsewhere = new EngineClient(node).new Polled(session.sid()); // each loop gets every second connection
        CompletableFuture<HttpResponse<String>> waiting = elsewhere.polling();
        session.post("42[\"ping\",{}]");
        assertThat(EngineClient.await(waiting).body()).contains("pong");
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::close);
        assertThat(elsewhere.event("server_draining").getInteger("reconnectInMs"))
                .isNotNegative();
        assertThat(elsewhere.event("close").getInteger("code")).isEqualTo(1012);
        assertThat(elsewhere.next()).isEqualTo("1");
        EngineClient.await(stopped);
    }

    /** A load balancer goes on to the node that has the session, which opened it because this one drains. */
    @Test
    void request_of_an_unknown_session_gets_503_while_the_node_drains() {
        TestNode node = node("drain.windowMs=30000");
        EngineClient client = new EngineClient(node);
        Socket connected = client.socket();
        connected.next();
        connected.connect(node.token("ann"));
        Polled unknown = client.new Polled("of-another-node");
        assertThat(unknown.poll().statusCode()).isEqualTo(400);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::close);
        connected.event("server_draining");

        for (HttpResponse<String> answer : List.of(unknown.poll(), unknown.post("40"))) {
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        }
        assertThatThrownBy(() -> client.socket("?EIO=4&transport=websocket&sid=" + unknown.sid()))
                .hasStackTraceContaining("503");
        connected.close();
        EngineClient.await(stopped);
    }

    @Test
    void client_that_connects_while_the_node_drains_is_told_its_slot() {
        TestNode node = node("drain.windowMs=30000");
        EngineClient client = new EngineClient(node);
        Socket connected = client.socket();
        connected.next();
        connected.connect(node.token("ann"));
        Polled polled = client.polled();
        Socket socket = client.socket();
        socket.next();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::close);
        connected.event("server_draining");
        polled.connect(node.token("bob"));
        assertThat(polled.event("server_draining").getInteger("reconnectInMs")).isBetween(0, 30_000);
        socket.connect(node.token("cleo"));
        assertThat(socket.event("server_draining").getInteger("reconnectInMs")).isBetween(0, 30_000);
        connected.close();
        socket.close();
        polled.post("1");
        EngineClient.await(stopped);
    }
}
