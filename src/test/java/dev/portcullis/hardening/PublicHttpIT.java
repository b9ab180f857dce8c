package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.outgoing.AnswerSchema;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.codec.JsonSchemas;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests to the public listener: routes, limits of their size and time, and ambiguous requests. */
class PublicHttpIT {
    private static TestNode node;
    private static TestNode impatient;

    private final List<RawPeer> peers = new ArrayList<>();

    @BeforeAll
    static void open() {
        node = TestNode.generous();
        impatient = TestNode.generous("http.handshakeMs=5000");
    }

    @AfterAll
    static void close() {
        node.close();
        impatient.close();
    }

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void each_schema_is_published_under_its_name() {
        Stream<String> ofAnswers = AnswerSchema.services().stream().map(service -> "answers/" + service.id());
        for (String name :
                Stream.concat(JsonSchemas.names().stream(), ofAnswers).toList()) {
            Reply reply = get("/schemas/" + name + ".json");
            assertThat(reply.status()).as(name).isEqualTo(200);
            assertThat(reply.header("Content-Type")).isEqualTo("application/schema+json");
            assertThat(new JsonObject(reply.body()).getString("$schema"))
                    .isEqualTo("https://json-schema.org/draft/2020-12/schema");
            assertProtected(reply);
        }
    }

    @Test
    void schema_is_readable_for_listed_origins_only() {
        assertThat(get("/schemas/ping.json", "Origin: http://localhost:3000").header("Access-Control-Allow-Origin"))
                .isEqualTo("http://localhost:3000");
        assertThat(get("/schemas/ping.json", "Origin: https://evil.example").header("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws/",
                "/WS",
                "/schemas/",
                "/schemas/ping",
                "/schemas/.json",
                "/schemas/nothing.json",
                "/schemas/../logback.xml",
                "/schemas/..%2f..%2flogback.xml.json",
                "/schemas//ping.json",
                "/schemas/ping.json/",
                "/metrics",
                "/health/live",
                "/admin/stats"
            })
    void any_other_path_is_answered_with_404(String path) {
        Reply reply = get(path);
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        JsonObject error = new JsonObject(reply.body()).getJsonObject("error");
        assertThat(error.getString("reason")).isEqualTo("not_found");
        assertThat(error.getString("requestId")).isNotBlank();
        assertThat(error.encode()).doesNotContain("logback").doesNotContain("ping");
        assertProtected(reply);
    }

    /** RFC 9110 section 9.2.1: a safe method changes nothing, so it opens no session. */
    @Test
    void handshake_by_head_is_refused_with_426() {
        Reply reply = peer().request(String.join(
                "\r\n",
                "HEAD /ws HTTP/1.1",
                "Host: x",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "",
                ""));
        assertThat(reply.status()).isEqualTo(426);
        assertThat(peer().request("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n").status())
                .isEqualTo(426);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CHAT"})
    void method_other_than_get_is_refused_with_405(String method) {
        RawPeer peer = peer();
        Reply reply = peer.request(method + " /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).isEqualTo("GET, HEAD");
        assertProtected(reply);
        assertThat(peer.isCutOff()).as("closed without reading the body").isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: */*",
                "Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KEY",
                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KEY",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: KEY",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 7\r\nSec-WebSocket-Key: KEY",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 14\r\nSec-WebSocket-Key: KEY",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: KEY",
                "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KEY",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: KEY",
                "Connection: Upgraded\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KEY",
                "Connection: keep-alive\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: KEY",
                "Connection: Upgrade\r\nUpgrade: WebSocket" // the draft of 2010 had no version, no mask and no UTF-8
            })
    void upgrade_to_anything_but_websocket_13_is_refused_with_426(String headers) {
        RawPeer peer = peer();
        Reply reply = peer.request(
                "GET /ws HTTP/1.1\r\nHost: x\r\n" + headers.replace("KEY", "dGhlIHNhbXBsZSBub25jZQ==") + "\r\n\r\n");
        assertThat(reply.status()).isEqualTo(426);
        assertThat(reply.header("Upgrade")).isEqualTo("websocket");
        assertThat(reply.header("Sec-WebSocket-Version")).as("RFC 6455 4.4").isEqualTo("13");
        assertThat(reply.header("Connection")).containsIgnoringCase("upgrade");
        assertProtected(reply);
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void upgrade_is_named_in_any_case_among_other_options() {
        Reply reply = peer().request(String.join(
                "\r\n",
                "GET http://x/ws HTTP/1.1",
                "Host: x",
                "Connection: keep-alive, upgrade",
                "Upgrade: WebSocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "",
                ""));
        assertThat(reply.status()).isEqualTo(101);
    }

    @ParameterizedTest
    @CsvSource({
        "/ws, localhost:99999, dGhlIHNhbXBsZSBub25jZQ==",
        "/ws, x, AAAAAAAAAAAAAAAAAAAAAB==",
        "/ws?a=|, x, dGhlIHNhbXBsZSBub25jZQ==",
        "http://evil.example/ws, x, dGhlIHNhbXBsZSBub25jZQ==",
        "http://evil.example/schemas/ping.json, x, dGhlIHNhbXBsZSBub25jZQ==",
        "/schemas/ping.json, localhost:65536, dGhlIHNhbXBsZSBub25jZQ=="
    })
    void host_target_or_key_that_can_be_read_in_two_ways_is_refused(String target, String host, String key) {
        RawPeer peer = peer();
        Reply reply = peer.request("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n\r\n");
        assertThat(reply.status()).isEqualTo(400);
        assertProtected(reply);
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void upgrade_without_a_key_is_refused_with_400() {
        String head = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n";
        assertThat(peer().request(head + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n")
                        .status())
                .isEqualTo(400);
        assertThat(peer().request(head + "\r\n").status()).as("no upgrade").isEqualTo(426);
    }

    @Test
    void request_line_over_the_limit_is_refused_with_414() {
        RawPeer peer = peer();
        Reply reply = peer.request("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(reply.status()).isEqualTo(414);
        assertProtected(reply);
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void headers_over_the_limit_are_refused_with_431() {
        RawPeer peer = peer();
        Reply reply = peer.request("GET /ws HTTP/1.1\r\nHost: x\r\nCookie: " + "a".repeat(20_000) + "\r\n\r\n");
        assertThat(reply.status()).isEqualTo(431);
        assertProtected(reply);
        assertThat(peer.isCutOff()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://a.example\r\n .evil.example\r\n", " Host: y\r\n", "X: 1\r\n\t\r\n"})
    void folded_header_line_is_refused_with_400(String lines) {
        RawPeer peer = peer();
        Reply reply = peer.request("GET /schemas/ping.json HTTP/1.1\r\n" + lines + "Host: x\r\n\r\n");
        assertThat(reply.status()).isEqualTo(400);
        assertProtected(reply);
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void request_with_trailers_is_disconnected() {
        RawPeer peer = peer();
        peer.write("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(peer.isCutOff()).isTrue();
        assertThat(peer().request("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2\n{}\n0\n\n",
                "2;a\nb\r\n{}\r\n0\r\n\r\n",
                "-2\r\n{}\r\n0\r\n\r\n",
                "0x2\r\n{}\r\n0\r\n\r\n",
                "fffffffff2\r\n{}\r\n0\r\n\r\n",
                "2\r\n{}XX0\r\n\r\n"
            })
    void malformed_chunks_end_the_connection_unanswered(String chunks) {
        RawPeer peer = peer();
        peer.write(("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n" + chunks
                        + "GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(peer.rest()).isEmpty();
    }

    @Test
    void request_with_the_longest_token_in_both_sources_fits() {
        String token = "x".repeat(4_096);
        RawPeer peer = peer();
        Reply reply = peer.upgrade("Authorization: Bearer " + token, "Sec-WebSocket-Protocol: bearer." + token);
        assertThat(reply.status()).isEqualTo(101);
        assertThat(peer.closeCode()).isEqualTo(1008);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GARBAGE\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost : x\r\n\r\n",
                "GET /ws HTTP/1.1\nHost: x\n\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nX: 1\nY: 2\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\n\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nX: 1\rY: 2\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nX: 1\u0000\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nX\u0000: 1\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nX Y: 1\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\n: no name\r\n\r\n",
                "GET /ws\u0000 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET  /ws HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET\t/ws HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /ws HTTP/1.1 \r\nHost: x\r\n\r\n",
                "GET /ws x HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /ws\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\n",
                "GET http://evil.example/ws HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\n{}",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n{}",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /api/auth/login HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            })
    void ambiguous_request_is_refused_with_400(String request) {
        RawPeer peer = peer();
        Reply reply = peer.request(request);
        assertThat(reply.status()).as("request smuggling (CWE-444)").isEqualTo(400);
        assertProtected(reply);
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void connection_without_a_request_is_disconnected_after_the_timeout() {
        assertThat(to(impatient).isCutOff()).isTrue();
    }

    @Test
    void request_sent_byte_by_byte_is_disconnected_after_the_timeout() {
        RawPeer peer = to(impatient);
        peer.write("GET /ws HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII)); // slowloris (CWE-400)
        assertThat(peer.isCutOffWhile(() -> peer.write(new byte[] {'a'}))).isTrue();
    }

    @Test
    void websocket_outlives_the_request_timeout() {
        RawPeer peer = to(impatient);
        assertThat(peer.upgrade("Authorization: Bearer " + impatient.token("patient"))
                        .status())
                .isEqualTo(101);
        peer.next("auth_success");
        RawPeer clock = to(impatient);
        assertThat(clock.isCutOff()).as("the timeout has passed").isTrue();
        peer.text("{\"type\":\"ping\"}");
        peer.next("pong");
    }

    private static void assertProtected(Reply reply) {
        assertThat(reply.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(reply.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(reply.header("Strict-Transport-Security"))
                .as("only over TLS")
                .isEmpty();
    }

    private Reply get(String path, String... headers) {
        String more = Stream.of(headers).map(each -> each + "\r\n").collect(Collectors.joining());
        return peer().request("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n");
    }

    private RawPeer peer() {
        return to(node);
    }

    private RawPeer to(TestNode some) {
        RawPeer peer = RawPeer.to(some.port());
        peers.add(peer);
        return peer;
    }
}
