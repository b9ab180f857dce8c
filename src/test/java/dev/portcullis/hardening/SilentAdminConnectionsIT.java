package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Silent connections to the admin listener are closed after a timeout, and do not keep probes from being answered. */
class SilentAdminConnectionsIT {
    private static final String PROBE = "GET /health/live HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n";
    private static final String METRICS =
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Gauges.KEY + "\r\n\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void probe_is_answered_while_silent_sockets_of_its_address_hold_all_slots() throws Exception {
        try (TestNode node = TestNode.start("admin.connectionsPerIp=4", "admin.apiKey=" + Gauges.KEY)) {
            for (int i = 0; i < 12; i++) {
                RawPeer silent = to(node, "127.0.0.1");
                silent.write(i % 2 == 0 ? new byte[0] : "GET /health/li".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(to(node, "127.0.0.1").request(PROBE).status()).isEqualTo(200);
            assertThat(peers.get(0).isCutOff()).as("the oldest is evicted").isTrue();
            assertThat(to(node, "127.0.0.1").request(METRICS).body())
                    .contains("portcullis_admin_connections_closed_total{reason=\"address_limit\"}")
                    .doesNotContain("portcullis_admin_connections_closed_total{reason=\"address_limit\"} 0.0");
        }
    }

    @Test
    void probe_is_answered_while_silent_sockets_of_many_addresses_hold_all_slots() throws Exception {
        try (TestNode node = TestNode.start("admin.connections=8", "admin.connectionsPerIp=4")) {
            for (int i = 0; i < 24; i++) {
                to(node, "127.0.0." + (10 + i));
            }
            assertThat(to(node, "127.0.0.1").request(PROBE).status()).isEqualTo(200);
            assertThat(peers.get(0).isCutOff()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /health/live HTTP/1.1\r\nX-Slow: ",
                "GET /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"
            })
    void deadline_is_not_extended_by_partial_requests(String begin) throws Exception {
        try (TestNode node = TestNode.start("admin.requestMs=1000")) {
            RawPeer peer = to(node, "127.0.0.1");
            peer.write(begin.getBytes(StandardCharsets.US_ASCII));
            assertThat(peer.isCutOffWhile(() -> peer.write(new byte[] {'a'}))).isTrue();
        }
    }

    @Test
    void connection_with_timely_requests_outlives_a_silent_one() throws Exception {
        try (TestNode node = TestNode.start("admin.requestMs=8000", "admin.apiKey=" + Gauges.KEY)) {
            RawPeer scraper = to(node, "127.0.0.1");
            RawPeer silent = to(node, "127.0.0.1");
            assertThat(Await.until(
                            () -> scraper.request(METRICS)
                                    .body()
                                    .contains("portcullis_admin_connections_closed_total{reason=\"deadline\"} 1.0"),
                            PATIENCE))
                    .isTrue();
            assertThat(silent.isCutOff()).isTrue();
            assertThat(scraper.request(PROBE).status()).isEqualTo(200);
        }
    }

    @Test
    void request_with_too_many_header_lines_is_refused() throws Exception {
        try (TestNode node = TestNode.start()) {
            String lines = "a: b\r\n".repeat(100);
            RawPeer peer = to(node, "127.0.0.1");
            assertThat(peer.request("GET /health/live HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n")
                            .status())
                    .isEqualTo(431);
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws Exception {
        try (TestNode node = TestNode.start()) {
            RawPeer peer = to(node, "127.0.0.1");
            assertThat(peer.request(PROBE + PROBE + METRICS).body()).contains("up");
            assertThat(peer.request("").status()).isEqualTo(200);
            assertThat(peer.request("").status())
                    .as("the answer to the other request")
                    .isEqualTo(401);
        }
    }

    private RawPeer to(TestNode node, String from) throws IOException {
        URI admin = node.admin("/");
        RawPeer peer = RawPeer.over(
                new Socket(InetAddress.getLoopbackAddress(), admin.getPort(), InetAddress.getByName(from), 0));
        peers.add(peer);
        return peer;
    }
}
