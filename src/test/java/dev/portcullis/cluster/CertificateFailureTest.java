package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.PrivateAuthority;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** With the exceptions of real handshakes. */
@ExtendWith(VertxExtension.class)
class CertificateFailureTest {
    private static final int SHORT_MS = 200;

    @TempDir
    private static Path folder;

    private static Party ours;
    private static Party foreign;

    private record Party(PemTrustOptions trust, PemKeyCertOptions keys) {
        static Party in(Path folder) throws Exception {
            PrivateAuthority authority = PrivateAuthority.in(Files.createDirectory(folder));
            PrivateAuthority.Issued issued = authority.issue("node");
            return new Party(
                    new PemTrustOptions().addCertPath(authority.certificate().toString()),
                    new PemKeyCertOptions()
                            .setCertPath(issued.certificate().toString())
                            .setKeyPath(issued.key().toString()));
        }
    }

    @BeforeAll
    static void issue() throws Exception {
        ours = Party.in(folder.resolve("ours"));
        foreign = Party.in(folder.resolve("foreign"));
    }

    @Test
    void certificate_of_another_authority_is_a_failure_of_certificates(Vertx vertx) throws Exception {
        NetServer server = listen(vertx, tls(foreign));

        assertThat(CertificateFailure.isCauseOf(failureOf(vertx, server, client(ours))))
                .isTrue();
    }

    @Test
    void own_certificate_that_the_other_side_refuses_is_a_failure_of_certificates(Vertx vertx) throws Exception {
        NetServerOptions strict = tls(ours).setClientAuth(ClientAuth.REQUIRED);
        NetServer server = listen(vertx, strict.setTrustOptions(ours.trust()));
        NetClientOptions client = client(ours).setKeyCertOptions(foreign.keys());
        client.setEnabledSecureTransportProtocols(Set.of("TLSv1.2")); // 1.3 says it after the handshake

        assertThat(CertificateFailure.isCauseOf(failureOf(vertx, server, client)))
                .isTrue();
    }

    @Test
    void handshake_that_is_not_answered_says_nothing_of_certificates(Vertx vertx) throws Exception {
        NetServer server = listen(vertx, new NetServerOptions(), silent -> {});
        NetClientOptions client =
                client(ours).setSslHandshakeTimeout(SHORT_MS).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);

        Throwable failure = failureOf(vertx, server, client);

        assertThat(failure).isInstanceOf(SSLException.class);
        assertThat(CertificateFailure.isCauseOf(failure)).isFalse();
    }

    @Test
    void handshake_that_is_cut_off_says_nothing_of_certificates(Vertx vertx) throws Exception {
        NetServer server = listen(vertx, new NetServerOptions(), socket -> socket.handler(hello -> socket.close()));

        Throwable failure = failureOf(vertx, server, client(ours));

        assertThat(failure).isInstanceOf(SSLException.class);
        assertThat(CertificateFailure.isCauseOf(failure)).isFalse();
    }

    @Test
    void handshake_with_a_side_without_tls_says_nothing_of_certificates(Vertx vertx) throws Exception {
        NetServer server = listen(vertx, new NetServerOptions(), socket -> socket.write("who is there?"));

        assertThat(CertificateFailure.isCauseOf(failureOf(vertx, server, client(ours))))
                .isFalse();
    }

    private static NetServer listen(Vertx vertx, NetServerOptions options) throws Exception {
        return listen(vertx, options, any -> {});
    }

    private static NetServer listen(Vertx vertx, NetServerOptions options, Handler<NetSocket> onConnected)
            throws Exception {
        return vertx.createNetServer(options)
                .connectHandler(onConnected)
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS);
    }

    private static Throwable failureOf(Vertx vertx, NetServer server, NetClientOptions options) throws Exception {
        return vertx.createNetClient(options)
                .connect(server.actualPort(), "127.0.0.1")
                .<Throwable>map(any -> new AssertionError("it is connected"))
                .otherwise(failure -> failure)
                .await(30, TimeUnit.SECONDS);
    }

    private static NetServerOptions tls(Party party) {
        return new NetServerOptions().setSsl(true).setKeyCertOptions(party.keys());
    }

    private static NetClientOptions client(Party party) {
        return new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setTrustOptions(party.trust());
    }
}
