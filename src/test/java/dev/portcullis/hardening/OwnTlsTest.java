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

/** A node that ends TLS by itself. */
class OwnTlsTest {
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
    void a_client_comes_in_over_tls() throws IOException {
        try (RawPeer peer = RawPeer.over(secure("TLSv1.3"))) {
            Reply reply = Upgrade.of().withToken(node.token("ann")).from(peer);
            assertThat(reply.status()).isEqualTo(101);
            peer.next("auth_success");
            peer.text("{\"type\":\"ping\",\"id\":\"p\"}");
            assertThat(peer.next("pong").getString("id")).isEqualTo("p");
            peer.write(new byte[] {(byte) 0x81, 0x00});
            assertThat(peer.closeCode()).as("the guards stand behind TLS too").isEqualTo(1002);
        }
    }

    @Test
    void answers_over_tls_ask_for_tls_from_now_on() throws IOException {
        try (RawPeer peer = RawPeer.over(secure("TLSv1.2"))) {
            Reply reply = peer.request("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Strict-Transport-Security")).startsWith("max-age=");
        }
    }

    @Test
    void plain_bytes_get_no_answer_in_http() {
        try (RawPeer plain = RawPeer.to(node.port())) {
            plain.write("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(plain.isCutOff()).isTrue();
        }
    }

    @Test
    void only_suites_with_forward_secrecy_and_authenticated_encryption_are_spoken() throws IOException {
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
