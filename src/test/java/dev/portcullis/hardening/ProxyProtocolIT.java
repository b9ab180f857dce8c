package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node behind a proxy of TCP that names its clients with the PROXY protocol. */
class ProxyProtocolIT {
    private static final String TRUSTED = "http.trustedProxies=[\"127.0.0.1\"]";
    private static final String V2 = "0d0a0d0a000d0a515549540a";

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void address_that_the_header_names_is_the_one_that_is_limited() {
        try (TestNode node = behind(TRUSTED, "ratelimit.handshakes.minute=2")) {
            assertThat(named(node, "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\r\n", Upgrade.of()))
                    .isEqualTo(101);
            assertThat(named(node, v2("203.0.113.7", "ea000161"), Upgrade.of())).isEqualTo(101);
            assertThat(named(node, v2("203.0.113.7", ""), Upgrade.of()))
                    .as("both versions name the same client")
                    .isEqualTo(429);
            assertThat(named(node, v2("203.0.113.8", ""), Upgrade.of("X-Forwarded-For: 203.0.113.7")))
                    .as("a client's own X-Forwarded-For does not count")
                    .isEqualTo(101);
            assertThat(named(node, "PROXY TCP6 2001:db8::1 ::1 1 2\r\n", Upgrade.of()))
                    .isEqualTo(101);
        }
    }

    @Test
    void forwarded_for_counts_where_the_header_names_another_trusted_proxy() {
        try (TestNode node = behind(TRUSTED, "ratelimit.handshakes.minute=2")) {
            for (int i = 0; i < 2; i++) {
                assertThat(named(node, v2("127.0.0.1", ""), Upgrade.of("X-Forwarded-For: 203.0.113.9")))
                        .isEqualTo(101);
            }
            assertThat(named(node, v2("203.0.113.9", ""), Upgrade.of())).isEqualTo(429);
        }
    }

    @Test
    void header_in_single_bytes_is_read() {
        try (TestNode node = behind(TRUSTED, "ratelimit.handshakes.minute=2")) {
            RawPeer peer = open(node);
            for (byte each : "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\r\n".getBytes(StandardCharsets.US_ASCII)) {
                peer.write(new byte[] {each});
            }
            assertThat(Upgrade.of().withToken(node.token("ann")).from(peer).status())
                    .isEqualTo(101);
            peer.next("auth_success");
        }
    }

    @Test
    void health_check_of_the_proxy_itself_is_answered() {
        try (TestNode node = behind(TRUSTED, "ratelimit.handshakes.minute=2")) {
            RawPeer peer = open(node);
            peer.write(HexFormat.of().parseHex(V2 + "20000000"));
            Reply reply = peer.request("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(reply.status()).isEqualTo(200);
        }
    }

    /** What forwarded headers come through such a connection are those of whatever client is behind it (CWE-348). */
    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "\r\n\r\n\u0000\r\nQUIT\n \u0000\u0000\u0000"})
    void proxy_that_names_no_client_forwards_no_headers(String header) {
        try (TestNode node = behind(TRUSTED, "ratelimit.handshakes.minute=2")) {
            for (int i = 0; i < 3; i++) {
                assertThat(named(node, header, Upgrade.of("X-Forwarded-For: 203.0.113." + i)))
                        .isEqualTo(i < 2 ? 101 : 429);
            }
        }
        try (TestNode node = behind(TRUSTED, "tls.required=true")) {
            assertThat(named(node, header, Upgrade.of("X-Forwarded-Proto: https")))
                    .isEqualTo(426);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 1 99999\r\n",
                "PROXY TCP4 evil.example 192.0.2.1 1 2\r\n",
                "\r\n\r\n\u0000\r\nQUIT\n!\u0011\u00ff\u00ff"
            })
    void connection_without_a_proper_header_is_closed_unanswered(String begin) throws Exception {
        try (TestNode node = behind(TRUSTED, "ratelimit.handshakes.minute=2")) {
            RawPeer peer = open(node);
            peer.write(begin.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(peer.rest()).isEmpty();
            assertThat(closed(node, "proxy_header")).isTrue();
        }
    }

    @Test
    void connection_that_never_completes_its_header_is_closed_at_the_deadline() {
        try (TestNode node = behind(TRUSTED, "http.handshakeMs=1000")) {
            RawPeer peer = open(node);
            peer.write("PROXY TCP4 203.0.113.7".getBytes(StandardCharsets.US_ASCII));
            assertThat(peer.isCutOff()).isTrue();
            assertThat(closed(node, "deadline")).isTrue();
        }
    }

    @Test
    void connection_of_anybody_but_a_trusted_proxy_is_closed_unread() {
        try (TestNode node = behind("http.trustedProxies=[\"192.0.2.1\"]")) {
            RawPeer peer = open(node);
            assertThat(peer.rest()).isEmpty();
            assertThat(closed(node, "untrusted_proxy")).isTrue();
        }
    }

    @Test
    void client_that_holds_connections_through_the_proxy_is_limited_by_its_own_address() {
        try (TestNode node = behind(TRUSTED, "limits.pendingConnectionsPerIp=2")) {
            RawPeer oldest = open(node);
            oldest.write(HexFormat.of().parseHex(v2Hex("203.0.113.7", "")));
            assertThat(Await.until(() -> pending(node) == 1)).isTrue();
            for (int i = 0; i < 2; i++) {
                open(node).write(HexFormat.of().parseHex(v2Hex("203.0.113.7", "")));
            }
            assertThat(oldest.rest()).isEmpty();
            assertThat(closed(node, "address_limit")).isTrue();
            assertThat(named(node, v2("203.0.113.8", ""), Upgrade.of())).isEqualTo(101);
        }
    }

    @Test
    void tls_begins_behind_the_header(@TempDir Path folder) throws IOException {
        SelfSigned own = SelfSigned.in(folder);
        try (TestNode node =
                behind(TRUSTED, "tls.required=true", "tls.certificate=" + own.certificate(), "tls.key=" + own.key())) {
            Socket tcp = new Socket(InetAddress.getLoopbackAddress(), node.port());
            tcp.getOutputStream().write(HexFormat.of().parseHex(v2Hex("203.0.113.7", "")));
            SSLSocket tls =
                    (SSLSocket) own.trusting().getSocketFactory().createSocket(tcp, "127.0.0.1", node.port(), true);
            tls.startHandshake();
            try (RawPeer peer = RawPeer.over(tls)) {
                assertThat(Upgrade.of().withToken(node.token("ann")).from(peer).status())
                        .isEqualTo(101);
                peer.next("auth_success");
            }
        }
    }

    @Test
    void tls_that_ended_at_the_proxy_is_told_by_the_header() {
        try (TestNode node = behind(TRUSTED, "tls.required=true")) {
            assertThat(named(node, v2("203.0.113.7", "2000050000000000"), Upgrade.of()))
                    .isEqualTo(426);
            assertThat(named(node, v2("203.0.113.7", "2000050100000000"), Upgrade.of()))
                    .isEqualTo(101);
            RawPeer peer = open(node);
            peer.write(HexFormat.of().parseHex(v2Hex("203.0.113.7", "2000050100000000")));
            Reply reply = peer.request("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(reply.header("Strict-Transport-Security")).startsWith("max-age=");
        }
    }

    private static TestNode behind(String... sets) {
        List<String> all = new ArrayList<>(List.of(sets));
        all.add("http.proxyProtocol=required");
        all.add("admin.apiKey=" + Gauges.KEY);
        return TestNode.start(all.toArray(String[]::new));
    }

    private int named(TestNode node, String header, Upgrade upgrade) {
        RawPeer peer = open(node);
        peer.write(header.getBytes(StandardCharsets.ISO_8859_1));
        return upgrade.from(peer).status();
    }

    private RawPeer open(TestNode node) {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        return peer;
    }

    private static String v2(String from, String extensions) {
        return new String(HexFormat.of().parseHex(v2Hex(from, extensions)), StandardCharsets.ISO_8859_1);
    }

    private static String v2Hex(String from, String extensions) {
        StringBuilder source = new StringBuilder();
        for (String part : from.split("\\.", -1)) {
            source.append(String.format("%02x", Integer.parseInt(part)));
        }
        return V2 + "2111" + String.format("%04x", 12 + extensions.length() / 2) + source + "c0000201" + "00010002"
                + extensions;
    }

    private static boolean closed(TestNode node, String reason) {
        String line = "portcullis_pending_connections_closed_total{reason=\"" + reason + "\"} 1.0";
        return Await.until(() -> Gauges.scrape(node).contains(line));
    }

    private static double pending(TestNode node) {
        return Gauges.of(node).values().getOrDefault("portcullis_pending_connections", 0.0);
    }
}
