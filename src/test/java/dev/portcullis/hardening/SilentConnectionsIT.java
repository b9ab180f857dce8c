package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Silent connections without an upgrade are closed after a timeout, and do not keep others from connecting. */
class SilentConnectionsIT {
    private static final int PENDING = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void address_whose_pending_connections_are_all_silent_can_connect() {
        try (TestNode node =
                TestNode.generous("limits.pendingConnectionsPerIp=" + PENDING, "admin.apiKey=" + Gauges.KEY)) {
            for (int i = 0; i < 3 * PENDING; i++) {
                RawPeer silent = to(node);
                silent.write(i % 2 == 0 ? new byte[0] : "GET /ws HT".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(to(node).upgrade("Authorization: Bearer " + node.token("ann"))
                            .status())
                    .isEqualTo(101);
            assertThat(peers.get(0).isCutOff()).as("the oldest is evicted").isTrue();
            assertThat(Gauges.scrape(node))
                    .contains("portcullis_pending_connections_closed_total{reason=\"address_limit\"}");
            assertThat(Await.until(() -> pending(node) <= PENDING, PATIENCE)).isTrue();
        }
    }

    @Test
    void silent_connections_close_the_oldest_whatever_it_has_sent_and_its_client_can_connect_again() {
        try (TestNode node = TestNode.generous("limits.pendingConnectionsPerIp=" + PENDING, "http.handshakeMs=60000")) {
            RawPeer early = to(node);
            assertThat(early.request("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n")
                            .status())
                    .isEqualTo(200);
            for (int i = 0; i < 4 * PENDING; i++) {
                to(node);
            }
            assertThat(early.isCutOff()).isTrue();
            String token = "Authorization: Bearer " + node.token("ann");
            assertThat(to(node).upgrade(token).status()).isEqualTo(101);
            assertThat(to(node).upgrade(token).status()).isEqualTo(101);
        }
    }

    @Test
    void connections_without_a_tls_handshake_count_and_are_closed(@TempDir Path folder) {
        SelfSigned own = SelfSigned.in(folder);
        try (TestNode node = TestNode.generous(
                "tls.certificate=" + own.certificate(),
                "tls.key=" + own.key(),
                "limits.pendingConnectionsPerIp=" + PENDING,
                "http.handshakeMs=8000",
                "admin.apiKey=" + Gauges.KEY)) {
            for (int i = 0; i < 3 * PENDING; i++) {
                to(node);
            }
            assertThat(Await.until(() -> pending(node) == PENDING, PATIENCE)).isTrue();
            assertThat(Await.until(() -> pending(node) == 0, PATIENCE))
                    .as("closed after the timeout")
                    .isTrue();
            assertThat(Await.until(() -> Gauges.scrape(node)
                            .contains("portcullis_pending_connections_closed_total{reason=\"deadline\"} " + PENDING
                                    + ".0")))
                    .as("each is counted, just behind its removal")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /ws HTTP/1.1\r\nX-Slow: ",
                "GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
                "GET /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"
            })
    void deadline_is_not_extended_by_partial_requests(String begin) {
        try (TestNode node = TestNode.generous("http.handshakeMs=1000")) {
            RawPeer peer = to(node);
            peer.write(begin.getBytes(StandardCharsets.US_ASCII));
            assertThat(peer.isCutOffWhile(() -> peer.write(new byte[] {'a'}))).isTrue();
        }
    }

    @Test
    void deadline_is_not_extended_by_repeated_requests() {
        try (TestNode node = TestNode.generous("http.handshakeMs=1000")) {
            RawPeer peer = to(node);
            byte[] again = "GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            assertThat(peer.isCutOffWhile(() -> peer.write(again))).isTrue();
        }
    }

    private static double pending(TestNode node) {
        return Gauges.of(node).values().getOrDefault("portcullis_pending_connections", 0.0);
    }

    private RawPeer to(TestNode node) {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        return peer;
    }
}
