package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients and proxies keep connections for further requests: none of these is lost, and each has its time. */
class KeptConnectionsIT {
    private static final String GET = "GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n";

    /** Longer than a busy machine delays the first bytes of a connection. */
    private static final String HANDSHAKE = "http.handshakeMs=4000";

    private static final String LOGIN = "{\"email\":\"none@example.com\",\"password\":\"Wrong-password-1\"}";

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void call_in_progress_outlives_the_time_of_a_handshake() {
        try (TestNode node = TestNode.generous(HANDSHAKE, "http.bodyMs=25000")) {
            RawPeer peer = to(node);
            peer.write(("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                            + LOGIN.length() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            pass(node);
            Reply answer = peer.request(LOGIN);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("Connection"))
                    .as("its time is over, and it is told")
                    .isEqualTo("close");
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    void connection_carries_requests_and_then_a_handshake() {
        try (TestNode node = TestNode.generous("http.handshakeMs=60000")) {
            RawPeer peer = to(node);
            assertThat(peer.request(GET).header("Connection")).isEmpty();
            assertThat(peer.request(GET).header("Connection")).isEmpty();
            assertThat(peer.upgrade("Authorization: Bearer " + node.token("ann"))
                            .status())
                    .isEqualTo(101);
            peer.next("auth_success");
        }
    }

    @Test
    void connection_of_a_proxy_carries_a_request_and_a_handshake_later() {
        try (TestNode node = TestNode.generous(HANDSHAKE, "http.trustedProxies=[\"127.0.0.1\"]")) {
            RawPeer peer = to(node);
            assertThat(peer.request(GET).header("Connection")).isEmpty();
            pass(node);
            assertThat(peer.request(GET).status()).isEqualTo(200);
            pass(node);
            assertThat(peer.upgrade("Authorization: Bearer " + node.token("ann"))
                            .status())
                    .isEqualTo(101);
            peer.next("auth_success");
        }
    }

    @Test
    void connection_without_a_further_request_is_closed() {
        try (TestNode node = TestNode.generous(HANDSHAKE, "admin.apiKey=" + Gauges.KEY)) {
            RawPeer peer = to(node);
            peer.request(GET);
            assertThat(peer.isCutOff()).isTrue();
            assertThat(Gauges.scrape(node))
                    .contains("portcullis_pending_connections_closed_total{reason=\"idle\"} 1.0");
        }
    }

    @Test
    void later_request_sent_byte_by_byte_is_disconnected() {
        try (TestNode node = TestNode.generous(HANDSHAKE)) {
            RawPeer peer = to(node);
            peer.request(GET);
            peer.write("GET /ws HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII)); // slowloris (CWE-400)
            assertThat(peer.isCutOffWhile(() -> peer.write(new byte[] {'a'}))).isTrue();
        }
    }

    @Test
    void idle_connection_makes_room_for_a_new_one_of_its_address() {
        try (TestNode node = TestNode.generous("limits.pendingConnectionsPerIp=1")) {
            RawPeer kept = to(node);
            kept.request(GET);
            RawPeer newcomer = to(node);
            assertThat(kept.isCutOff()).isTrue();
            assertThat(newcomer.request(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void end_of_a_connection_is_announced_with_its_last_answer() {
        try (TestNode node = TestNode.generous("http.requestsPerConnection=2")) {
            RawPeer peer = to(node);
            assertThat(peer.request(GET).header("Connection")).isEmpty();
            assertThat(peer.request(GET).header("Connection")).isEqualTo("close");
            assertThat(peer.isCutOff()).isTrue();
            Reply early = to(node).request("POST /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
            assertThat(early.header("Connection"))
                    .as("given before the body has arrived")
                    .isEqualTo("close");
        }
    }

    /** Returns when a connection without any request has reached its end. */
    private void pass(TestNode node) {
        assertThat(to(node).isCutOff()).isTrue();
    }

    private RawPeer to(TestNode node) {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        return peer;
    }
}
