package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with a TLS listener of its own. */
class TlsListenerIT {
    @TempDir
    private static Path folder;

    private static SelfSigned own;
    private static TestNode node;

    @BeforeAll
    static void open() {
        own = SelfSigned.in(folder);
        node = TestNode.start("tls.required=true", "tls.certificate=" + own.certificate(), "tls.key=" + own.key());
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void client_connects_over_tls() throws IOException {
        try (RawPeer peer = RawPeer.over(secure("TLSv1.3"))) {
            Reply reply = Upgrade.of().withToken(node.token("ann")).from(peer);
            assertThat(reply.status()).isEqualTo(101);
            peer.next("auth_success");
            peer.text("{\"type\":\"ping\",\"id\":\"p\"}");
            assertThat(peer.next("pong").getString("id")).isEqualTo("p");
            peer.write(new byte[] {(byte) 0x81, 0x00});
            assertThat(peer.closeCode())
                    .as("framing is checked behind TLS, too")
                    .isEqualTo(1002);
        }
    }

    @Test
    void response_over_tls_has_hsts() throws IOException {
        try (RawPeer peer = RawPeer.over(secure("TLSv1.2"))) {
            Reply reply = peer.request("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Strict-Transport-Security")).startsWith("max-age=");
        }
    }

    @Test
    void plain_http_request_gets_no_http_response() {
        try (RawPeer plain = RawPeer.to(node.port())) {
            plain.write("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(plain.isCutOff()).isTrue();
        }
    }

    @Test
    void cipher_suite_without_forward_secrecy_or_authenticated_encryption_is_refused() throws IOException {
        for (String old : List.of(
                "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                "TLS_RSA_WITH_AES_128_GCM_SHA256")) {
            try (SSLSocket socket = connect("TLSv1.2")) {
                socket.setEnabledCipherSuites(new String[] {old});
                assertThatThrownBy(socket::startHandshake).as(old).isInstanceOf(IOException.class);
            }
        }
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket = secure(version)) {
                assertThat(socket.getSession().getCipherSuite()).containsAnyOf("_GCM_", "_CHACHA20_");
            }
        }
    }

    @Test
    void renegotiation_is_refused() throws IOException {
        try (SSLSocket socket = secure("TLSv1.2")) {
            byte[] request = "GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(request);
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getInputStream().readAllBytes();
                        throw new AssertionError("renegotiated");
                    })
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("handshake_failure");
        }
    }

    private static SSLSocket secure(String version) throws IOException {
        SSLSocket socket = connect(version);
        socket.startHandshake();
        return socket;
    }

    private static SSLSocket connect(String version) throws IOException {
        SSLSocket socket = (SSLSocket)
                own.trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), node.port());
        socket.setEnabledProtocols(new String[] {version});
        socket.setSoTimeout(30_000);
        return socket;
    }
}
