package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of the certificate are written while clients connect, as tools do that renew certificates. */
class CertificateRenewalIT {
    @TempDir
    private Path folder;

    @Test
    void renewed_certificate_is_served_without_a_restart_and_open_connections_stay() throws Exception {
        SelfSigned first = SelfSigned.in(Files.createDirectory(folder.resolve("first")));
        SelfSigned second = SelfSigned.in(Files.createDirectory(folder.resolve("second")));
        SSLContext client = trusting(first.leaf(), second.leaf());
        install(first);
        try (TestNode node = TestNode.generous(
                        "tls.required=true",
                        "tls.certificate=" + folder.resolve("live/chain.pem"),
                        "tls.key=" + folder.resolve("live/key.pem"),
                        "tls.watchMs=50",
                        "admin.apiKey=" + Gauges.KEY);
                RawPeer open = RawPeer.over(connect(client, node))) {
            assertThat(Upgrade.of().withToken(node.token("ann")).from(open).status())
                    .isEqualTo(101);
            open.next("auth_success");
            Load load = new Load(client, node);
            install(second);
            assertThat(Await.until(() -> leaf(client, node).equals(second.leaf())))
                    .isTrue();
            assertThat(Gauges.scrape(node))
                    .contains("portcullis_tls_certificate_expiry_seconds")
                    .contains("portcullis_tls_certificates_refused_total 0.0");
            install(first.certificate(), second.key());
            assertThat(Await.until(() -> Gauges.scrape(node).contains("portcullis_tls_certificates_refused_total 1.0")))
                    .as("a certificate without its key")
                    .isTrue();
            assertThat(leaf(client, node)).isEqualTo(second.leaf());
            install(first);
            assertThat(Await.until(() -> leaf(client, node).equals(first.leaf())))
                    .isTrue();
            assertThat(load.stop()).as("handshakes during it all").isPositive();
            open.text("{\"type\":\"ping\",\"id\":\"p\"}");
            assertThat(open.next("pong").getString("id")).isEqualTo("p");
        }
    }

    /** Makes one handshake after the other. */
    private static final class Load {
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger made = new AtomicInteger();
        private final CompletableFuture<Void> running;

        Load(SSLContext client, TestNode node) {
            this.running = CompletableFuture.runAsync(() -> {
                while (!stopped.get()) {
                    leaf(client, node);
                    made.incrementAndGet();
                }
            });
        }

        /** Fails if a handshake has failed. */
        int stop() {
            stopped.set(true);
            running.join();
            return made.get();
        }
    }

    private void install(SelfSigned pair) throws IOException {
        install(pair.certificate(), pair.key());
    }

    /** Both files at once: between the two a busy machine may pause for longer than the node takes for two looks. */
    private void install(Path certificate, Path key) throws IOException {
        Path pair = Files.createTempDirectory(folder, "pair");
        Files.copy(certificate, pair.resolve("chain.pem"));
        Files.copy(key, pair.resolve("key.pem"));
        Path next = Files.createSymbolicLink(folder.resolve("next"), pair);
        Files.move(next, folder.resolve("live"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Certificate leaf(SSLContext client, TestNode node) {
        try (SSLSocket socket = connect(client, node)) {
            return socket.getSession().getPeerCertificates()[0];
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static SSLSocket connect(SSLContext client, TestNode node) throws IOException {
        SSLSocket socket =
                (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), node.port());
        socket.setSoTimeout(30_000);
        socket.startHandshake();
        return socket;
    }

    private static SSLContext trusting(Certificate... leaves) throws GeneralSecurityException, IOException {
        KeyStore believed = KeyStore.getInstance("PKCS12");
        believed.load(null, null);
        for (Certificate leaf : List.of(leaves)) {
            believed.setCertificateEntry(Integer.toString(leaf.hashCode()), leaf);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(believed);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
