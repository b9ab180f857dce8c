package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The last check of a handshake: a token from each source, and the answers to invalid tokens. */
class TokenSourcesIT {
    private static TestNode node;

    private final List<RawPeer> peers = new ArrayList<>();

    @BeforeAll
    static void open() {
        node = TestNode.generous();
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-WebSocket-Protocol: portcullis.v1, bearer.TOKEN | portcullis.v1",
                "Sec-WebSocket-Protocol: bearer.TOKEN, portcullis.v1 | portcullis.v1",
                "Sec-WebSocket-Protocol: chat.v9, bearer.TOKEN,portcullis.v1 | portcullis.v1",
                "Sec-WebSocket-Protocol: bearer.TOKEN | bearer.TOKEN",
                "Sec-WebSocket-Protocol: chat.v9, bearer.TOKEN | bearer.TOKEN",
                "Sec-WebSocket-Protocol: portcullis.v1 | portcullis.v1",
                "Sec-WebSocket-Protocol: chat.v9 | ''",
                "Sec-WebSocket-Protocol: portcullis.v2 | ''",
                "X-Nothing: offered | ''"
            })
    void known_subprotocol_is_echoed_and_the_token_only_without_one(String line, String echoed) {
        String token = node.token("echo");
        Reply reply = Upgrade.of(line.replace("TOKEN", token)).from(peer());
        assertThat(reply.status()).isEqualTo(101);
        assertThat(reply.header("Sec-WebSocket-Protocol")).isEqualTo(echoed.replace("TOKEN", token));
        part();
    }

    @Test
    void subprotocols_in_several_header_lines_are_read() {
        RawPeer peer = peer();
        Reply reply = Upgrade.of("Sec-WebSocket-Protocol: chat.v9", "Sec-WebSocket-Protocol: portcullis.v1")
                .plus("Sec-WebSocket-Protocol", "bearer." + node.token("lines"))
                .from(peer);
        assertThat(reply.header("Sec-WebSocket-Protocol")).isEqualTo("portcullis.v1");
        assertThat(peer.next("auth_success").getString("userId")).isEqualTo("lines");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER "})
    void token_in_the_authorization_header_is_accepted(String scheme) {
        RawPeer peer = peer();
        assertThat(Upgrade.of("Authorization: " + scheme + node.token("header"))
                        .from(peer)
                        .status())
                .isEqualTo(101);
        assertThat(peer.next("auth_success").getString("userId")).isEqualTo("header");
        part();
    }

    @Test
    void auth_success_names_the_user_and_its_limits() {
        long before = System.currentTimeMillis();
        RawPeer peer = peer();
        Upgrade.of().withToken(node.token("greeted")).from(peer);
        JsonObject greeting = peer.next("auth_success");
        assertThat(greeting.getString("userId")).isEqualTo("greeted");
        assertThat(greeting.getString("role")).isEqualTo("member");
        assertThat(greeting.getString("sessionId")).matches("[A-Za-z0-9_-]{20,}");
        assertThat(greeting.getLong("expiresAt"))
                .isBetween(
                        before + Duration.ofMinutes(9).toMillis(),
                        before + Duration.ofMinutes(11).toMillis());
        assertThat(greeting.getLong("heartbeatMs")).isEqualTo(30_000);
        JsonObject limits = greeting.getJsonObject("limits");
        assertThat(((JsonObject) limits.remove("actions")).getInteger("join")).isEqualTo(100_000);
        assertThat(limits)
                .isEqualTo(new JsonObject()
                        .put("burst", 100_000)
                        .put("minute", 1_000_000)
                        .put("hour", 10_000_000)
                        .put("frameBytes", 65_536)
                        .put("expiresInMs", 2_592_000_000L));
        assertThat(greeting.getJsonObject("inbox").getLong("seq")).isZero();
        assertThat(greeting.getJsonObject("inbox").getString("epoch")).matches("[A-Za-z0-9_-]{1,32}");
        assertThat(greeting.containsKey("csrfToken")).isFalse();
    }

    @Test
    void repeated_token_is_accepted_and_two_different_tokens_are_refused() {
        String token = node.token("both");
        RawPeer twice = peer();
        Upgrade.of("Authorization: Bearer " + token).withToken(token).from(twice);
        assertThat(twice.next("auth_success").getString("userId")).isEqualTo("both");
        for (Upgrade upgrade : List.of(
                Upgrade.of("Authorization: Bearer " + node.token("other")).withToken(token),
                Upgrade.of("Authorization: Bearer " + token, "Authorization: Bearer " + node.token("both")),
                Upgrade.of("Sec-WebSocket-Protocol: bearer." + token + ", bearer." + node.token("other")))) {
            RawPeer peer = peer();
            assertThat(upgrade.from(peer).status()).isEqualTo(101);
            assertRefused(peer, "invalid_token");
        }
    }

    @Test
    void invalid_token_gets_auth_failure_and_a_close() {
        String good = node.token("mallory");
        String[] parts = good.split("\\.", -1);
        for (String bad : List.of(
                "nonsense",
                "a.b.c",
                parts[0] + "." + parts[1] + ".",
                "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + parts[1] + ".", // alg none (CVE-2015-9235)
                good.substring(0, good.length() - 4) + "AAAA",
                good + "x".repeat(4_100))) {
            RawPeer peer = peer();
            assertThat(Upgrade.of().withToken(bad).from(peer).status()).isEqualTo(101);
            assertRefused(peer, "invalid_token");
        }
    }

    @Test
    void expired_token_gets_auth_failure_expired_token() {
        RawPeer peer = peer();
        String expired = node.token("late", Role.MEMBER, Duration.ofSeconds(-1));
        assertThat(Upgrade.of().withToken(expired).from(peer).status()).isEqualTo(101);
        assertRefused(peer, "expired_token");
    }

    @Test
    void frame_after_a_refused_token_is_not_processed() {
        RawPeer peer = peer();
        Upgrade.of().withToken("no.good.token").from(peer);
        peer.text("{\"type\":\"auth\",\"token\":\"" + node.token("second-try") + "\"}");
        assertThat(peer.ending().words())
                .extracting(word -> word.getString("type"))
                .containsExactly("auth_failure");
    }

    @Test
    void invalid_token_is_refused_with_401_if_configured() {
        try (TestNode http = TestNode.generous("auth.rejectWith=http", "limits.connectionsPerIp=2")) {
            for (int i = 0; i < 4; i++) {
                RawPeer peer = to(http);
                Reply reply = Upgrade.of().withToken("no.good.token").from(peer);
                assertThat(reply.status()).isEqualTo(401);
                assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
                assertThat(peer.isCutOff()).isTrue();
            }
            String expired = http.token("late", Role.MEMBER, Duration.ofSeconds(-1));
            assertThat(Upgrade.of().withToken(expired).from(to(http)).status()).isEqualTo(401);
            for (int i = 0; i < 2; i++) {
                assertThat(Upgrade.of()
                                .withToken(http.token("good"))
                                .from(to(http))
                                .status())
                        .as("refused handshakes hold no slot")
                        .isEqualTo(101);
            }
            part();
        }
    }

    @Test
    void token_in_a_source_that_is_not_accepted_is_ignored() {
        try (TestNode strict = TestNode.generous("auth.accept=[\"header\"]")) {
            RawPeer none = to(strict);
            assertThat(Upgrade.of().from(none).status()).isEqualTo(101);
            assertRefused(none, "invalid_token");
            RawPeer offered = to(strict);
            Upgrade.of().withToken(strict.token("ann")).from(offered);
            assertRefused(offered, "invalid_token");
            RawPeer header = to(strict);
            Upgrade.of("Authorization: Bearer " + strict.token("ann")).from(header);
            header.next("auth_success");
            part();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer", "Authorization: Bearer ", "Sec-WebSocket-Protocol: bearer."})
    void empty_token_is_refused_as_invalid(String header) {
        RawPeer peer = peer();
        assertThat(peer.upgrade(header).status()).isEqualTo(101);
        assertRefused(peer, "invalid_token");
    }

    @Test
    void token_in_the_query_string_is_ignored() {
        RawPeer peer = peer();
        Reply reply = peer.request("GET /ws?token=" + node.token("query") + " HTTP/1.1\r\nHost: x\r\n"
                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertThat(reply.status()).isEqualTo(101);
        peer.text("{\"type\":\"ping\"}");
        assertThat(peer.closeCode()).as("not authenticated").isEqualTo(4002);
    }

    private static void assertRefused(RawPeer peer, String reason) {
        Ending ending = peer.ending();
        assertThat(ending.words())
                .containsExactly(new JsonObject().put("type", "auth_failure").put("reason", reason));
        assertThat(ending.code()).isEqualTo(1008);
        assertThat(ending.reason()).isEqualTo("Unauthorized");
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
