package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.ProxiedClient;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which handshakes raise the score of their address, up to the ban of its newcomers. The other rules are far from theirs. */
class WatchedHandshakesTest {
    private static final String OWN_PAGE = "Origin: http://localhost:3000";
    private static final int FEW = 19; // of 5 points each, of 100
    private static final int MANY = 30;

    private static TestNode close;
    private static TestNode http;

    @BeforeAll
    static void start() {
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
                "auth.accept=[\"subprotocol\", \"message\", \"header\", \"cookie\"]",
                "auth.rejectWith=" + rejectWith,
                "origin.missing=reject",
                "http.trustedProxies=[\"127.0.0.1\"]",
                "anomaly.address.ban=100",
                "stuffing.tokens=50");
    }

    @Test
    void malformed_handshakes_ban_their_address_and_no_other_and_a_valid_token_still_opens() {
        String hostile = "192.0.2.1";
        for (int i = 0; i < FEW; i++) {
            assertThat(malformed(hostile, OWN_PAGE)).isEqualTo(400);
        }
        assertThat(newcomer(close, hostile)).isEqualTo(101);
        for (int i = FEW; i < MANY; i++) {
            assertThat(malformed(hostile, OWN_PAGE)).isEqualTo(400);
        }

        assertThat(Await.until(() -> newcomer(close, hostile) == 403)).isTrue();
        assertThat(newcomer(close, "192.0.2.2")).isEqualTo(101);
        assertThat(at(close, hostile)
                        .request(OWN_PAGE, "Sec-WebSocket-Protocol: portcullis.v1, bearer." + close.token("ann"))
                        .status())
                .isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "http"})
    void forged_tokens_ban_their_address(String rejectWith) {
        TestNode node = nodeOf(rejectWith);
        String hostile = "192.0.2.11";
        for (int i = 0; i < MANY; i++) {
            bearer(node, hostile, at(node, hostile).forged(i));
        }

        assertThat(Await.until(() -> newcomer(node, hostile) == 403)).isTrue();
    }

    /** A page of a sibling domain sets such a cookie, and then has the browser of its visitor open the chat. */
    @ParameterizedTest
    @ValueSource(strings = {"close", "http"})
    void garbage_in_a_cookie_counts_for_no_address(String rejectWith) {
        TestNode node = nodeOf(rejectWith);
        String victim = "192.0.2.21";
        for (int i = 0; i < 2 * MANY; i++) {
            assertThat(at(node, victim)
                            .request(
                                    OWN_PAGE,
                                    "Cookie: __Host-portcullis_token="
                                            + at(node, victim).forged(i))
                            .status())
                    .isIn(101, 401);
        }

        assertThat(newcomer(node, victim)).isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "http"})
    void tokens_that_were_good_once_count_for_no_address(String rejectWith) {
        TestNode node = nodeOf(rejectWith);
        String honest = "192.0.2.31";
        String expired = DevToken.of("ann").lasting(Duration.ofSeconds(-1)).signed();
        for (int i = 0; i < 2 * MANY; i++) {
            bearer(node, honest, expired);
        }

        assertThat(newcomer(node, honest)).isEqualTo(101);
    }

    @Test
    void foreign_page_raises_no_score_of_its_visitor() {
        String victim = "192.0.2.41";
        for (int i = 0; i < MANY; i++) {
            assertThat(malformed(victim, "Origin: https://evil.example")).isEqualTo(403);
        }

        assertThat(newcomer(close, victim)).isEqualTo(101);
    }

    private static TestNode nodeOf(String rejectWith) {
        return rejectWith.equals("close") ? close : http;
    }

    private static ProxiedClient at(TestNode node, String address) {
        return new ProxiedClient(node, address);
    }

    private static int newcomer(TestNode node, String address) {
        return at(node, address).request(OWN_PAGE).status();
    }

    private static void bearer(TestNode node, String address, String token) {
        at(node, address).request(OWN_PAGE, "Sec-WebSocket-Protocol: portcullis.v1, bearer." + token);
    }

    private static int malformed(String address, String origin) {
        try (RawPeer peer = RawPeer.to(close.port())) {
            return peer.request("GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\nX-Forwarded-For: " + address
                            + "\r\n" + origin + "\r\n\r\n")
                    .status();
        }
    }
}
