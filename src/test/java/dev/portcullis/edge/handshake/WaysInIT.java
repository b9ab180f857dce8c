package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in with each kind of token, where a bad one is told in a frame and where it is told in HTTP. */
class WaysInIT {
    private static final String ORIGIN = "Origin: http://localhost:3000";
    private static final String CSRF = "the-token-of-the-page";
    private static final Duration LIFE = Duration.ofMinutes(10);

    private static TestNode close;
    private static TestNode http;

    /** A handshake of a page that presents tokens. */
    private record Handshake(Map<CredentialSource, String> tokens, List<String> subprotocols) {
        static Handshake with(CredentialSource source, String token) {
            return new Handshake(new EnumMap<>(Map.of(source, token)), List.of("portcullis.v1"));
        }

        Handshake and(CredentialSource source, String token) {
            EnumMap<CredentialSource, String> more = new EnumMap<>(tokens);
            more.put(source, token);
            return new Handshake(more, subprotocols);
        }

        Handshake offering(String subprotocol) {
            List<String> more = new ArrayList<>(subprotocols);
            more.add(subprotocol);
            return new Handshake(tokens, more);
        }

        RawPeer.Reply from(RawPeer peer) {
            List<String> offered = new ArrayList<>(subprotocols);
            StringBuilder lines = new StringBuilder(ORIGIN + "\r\n");
            String query = "";
            for (Map.Entry<CredentialSource, String> each : tokens.entrySet()) {
                switch (each.getKey()) {
                    case SUBPROTOCOL -> offered.add("bearer." + each.getValue());
                    case HEADER ->
                        lines.append("Authorization: Bearer ")
                                .append(each.getValue())
                                .append("\r\n");
                    case COOKIE ->
                        lines.append("Cookie: __Host-portcullis_token=")
                                .append(each.getValue())
                                .append("\r\n");
                    case QUERY -> query = "?token=" + each.getValue();
                    case MESSAGE -> throw new AssertionError("a message is no part of a handshake");
                }
            }
            return peer.request("GET /ws" + query + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Protocol: " + String.join(", ", offered) + "\r\n" + lines + "\r\n");
        }
    }

    @BeforeAll
    static void open() {
        close = node("close");
        http = node("http");
    }

    @AfterAll
    static void stop() {
        close.close();
        http.close();
    }

    private static TestNode node(String rejectWith) {
        return TestNode.generous(
                "auth.accept=[\"subprotocol\", \"message\", \"header\", \"cookie\", \"query\"]",
                "auth.rejectWith=" + rejectWith,
                "origin.missing=reject",
                "sessions.max=1000",
                "admin.apiKey=" + Gauges.KEY);
    }

    static Stream<CredentialSource> sources() {
        return Stream.of(CredentialSource.values()).filter(each -> each != CredentialSource.MESSAGE);
    }

    static Stream<Arguments> badTokens() {
        return sources()
                .flatMap(source -> Stream.of(
                        Arguments.of(source, "invalid_token", "a.b.c"),
                        Arguments.of(source, "invalid_token", ""),
                        Arguments.of(source, "invalid_token", DevToken.of("ann").signed() + "x"),
                        Arguments.of(
                                source,
                                "expired_token",
                                DevToken.of("ann")
                                        .csrf(CSRF)
                                        .lasting(Duration.ofSeconds(-1))
                                        .signed())));
    }

    static Stream<Arguments> pairs() {
        return sources()
                .flatMap(one ->
                        sources().filter(other -> one.compareTo(other) < 0).map(other -> Arguments.of(one, other)));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void good_token_is_greeted(CredentialSource source) {
        for (TestNode node : List.of(close, http)) {
            try (RawPeer peer = RawPeer.to(node.port())) {
                RawPeer.Reply reply = Handshake.with(source, token("ann"))
                        .offering("csrf." + CSRF)
                        .from(peer);
                assertThat(reply.status()).isEqualTo(101);
                assertThat(reply.header("Sec-WebSocket-Protocol")).isEqualTo("portcullis.v1");
                JsonObject greeting = peer.next("auth_success");
                assertThat(greeting.getString("userId")).isEqualTo("ann");
                assertThat(greeting.containsKey("csrfToken")).isEqualTo(source == CredentialSource.COOKIE);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void bad_token_is_refused_with_its_reason(CredentialSource source, String reason, String token) {
        assertRefused(Handshake.with(source, token).offering("csrf." + CSRF), reason);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void two_different_tokens_are_refused(CredentialSource one, CredentialSource other) {
        assertRefused(
                Handshake.with(one, token("ann")).and(other, token("ben")).offering("csrf." + CSRF), "invalid_token");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void same_token_twice_is_one_token(CredentialSource one, CredentialSource other) {
        String token = token("ann");
        try (RawPeer peer = RawPeer.to(close.port())) {
            assertThat(Handshake.with(one, token).and(other, token).from(peer).status())
                    .isEqualTo(101);
            assertThat(peer.next("auth_success").containsKey("csrfToken"))
                    .as("who knows the token is not a page that only has a browser send its cookie")
                    .isFalse();
        }
    }

    @Test
    void token_refused_with_an_http_status_is_counted_by_its_reason() {
        Handshake expired = Handshake.with(
                CredentialSource.HEADER,
                DevToken.of("ann").lasting(Duration.ofSeconds(-1)).signed());
        double before = expiredTokens();
        try (RawPeer peer = RawPeer.to(http.port())) {
            assertThat(expired.from(peer).status()).isEqualTo(401);
        }
        assertThat(expiredTokens()).isEqualTo(before + 1);
    }

    private static double expiredTokens() {
        return Gauges.scrape(http)
                .lines()
                .filter(line -> line.startsWith("portcullis_auth_failures_total{reason=\"expired_token\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    @Test
    void cookie_without_its_csrf_token_is_refused() {
        Handshake cookie = Handshake.with(CredentialSource.COOKIE, token("ann"));
        assertRefused(cookie, "invalid_token");
        assertRefused(cookie.offering("csrf.another"), "invalid_token");
        assertRefused(cookie.offering("csrf."), "invalid_token");
        assertRefused(cookie.offering("csrf." + CSRF).offering("csrf.another"), "invalid_token");
        assertRefused(
                Handshake.with(CredentialSource.COOKIE, DevToken.of("ann").signed())
                        .offering("csrf." + CSRF),
                "invalid_token");
    }

    @Test
    void cookie_of_a_request_without_an_origin_is_refused() {
        try (RawPeer peer = RawPeer.to(close.port())) {
            assertThat(peer.upgrade(
                                    "Cookie: __Host-portcullis_token=" + token("ann"),
                                    "Sec-WebSocket-Protocol: csrf." + CSRF)
                            .status())
                    .isEqualTo(403);
        }
    }

    private static String token(String user) {
        return DevToken.of(user).csrf(CSRF).lasting(LIFE).signed();
    }

    private static void assertRefused(Handshake handshake, String reason) {
        try (RawPeer peer = RawPeer.to(close.port())) {
            assertThat(handshake.from(peer).status()).isEqualTo(101);
            RawPeer.Ending ending = peer.ending();
            assertThat(ending.lastWord().getString("type")).isEqualTo("auth_failure");
            assertThat(ending.lastWord().getString("reason")).isEqualTo(reason);
            assertThat(ending.code()).isEqualTo(1008);
            assertThat(ending.reason()).isEqualTo("Unauthorized");
        }
        try (RawPeer peer = RawPeer.to(http.port())) {
            assertThat(handshake.from(peer).status()).isEqualTo(401);
        }
    }
}
