package dev.portcullis.config.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.PrivateAuthority;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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
class TlsFailureTest {
    private static final int SHORT_MS = 200;

    /** A fatal alert of TLS 1.2, as RFC 8446 6 writes it. */
    private static final Buffer INTERNAL_ERROR = Buffer.buffer(new byte[] {21, 3, 3, 0, 2, 2, 80});

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
    void certificate_of_another_authority_is_a_lasting_failure_of_certificates(Vertx vertx) throws Exception {
        NetServer server = listen(vertx, tls(foreign));

        assertOfCertificate(failureOf(vertx, server, client(ours)));
    }

    @Test
    void own_certificate_that_the_other_side_refuses_is_a_lasting_failure_of_certificates(Vertx vertx)
            throws Exception {
        NetServerOptions strict = tls(ours).setClientAuth(ClientAuth.REQUIRED);
        NetServer server = listen(vertx, strict.setTrustOptions(ours.trust()));

        assertOfCertificate(failureOf(vertx, server, speaking("TLSv1.2").setKeyCertOptions(foreign.keys())));
        assertOfCertificate(failureAfterHandshake(vertx, server, speaking("TLSv1.3")));
    }

    @Test
    void side_with_no_version_or_cipher_in_common_is_a_lasting_failure_but_none_of_certificates(Vertx vertx)
            throws Exception {
        NetServer newer = listen(vertx, speaking(tls(ours), "TLSv1.3"));
        NetServerOptions other = speaking(tls(ours), "TLSv1.2");
        NetServer withOtherCipher = listen(vertx, other.addEnabledCipherSuite("TLS_RSA_WITH_AES_128_CBC_SHA"));

        assertOfSettings(failureOf(vertx, newer, speaking("TLSv1.2")));
        assertOfSettings(failureOf(vertx, withOtherCipher, speaking("TLSv1.2")));
        assertOfSettings(failureOf(vertx, newer, speaking("TLSv1")));
    }

    @Test
    void side_without_tls_is_a_lasting_failure_but_none_of_certificates(Vertx vertx) throws Exception {
        NetServer server = listen(vertx, new NetServerOptions(), socket -> socket.write("who is there?"));

        assertOfSettings(failureOf(vertx, server, client(ours)));
    }

    @Test
    void handshake_that_is_not_answered_may_pass_by_itself(Vertx vertx) throws Exception {
        NetServer server = listen(vertx, new NetServerOptions(), silent -> {});
        NetClientOptions client =
                client(ours).setSslHandshakeTimeout(SHORT_MS).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);

        assertPassing(failureOf(vertx, server, client));
    }

    @Test
    void handshake_that_is_cut_off_may_pass_by_itself(Vertx vertx) throws Exception {
        NetServer atOnce = listen(vertx, new NetServerOptions(), NetSocket::close);
        NetServer later = listen(vertx, new NetServerOptions(), socket -> socket.handler(hello -> socket.close()));
        NetServer broken =
                listen(vertx, new NetServerOptions(), socket -> socket.handler(hello -> socket.write(INTERNAL_ERROR)));

        assertPassing(failureOf(vertx, atOnce, client(ours)));
        assertPassing(failureOf(vertx, later, client(ours)));
        assertPassing(failureOf(vertx, broken, client(ours)));
    }

    private static void assertOfCertificate(Throwable failure) {
        assertThat(TlsFailure.isOfCertificate(failure)).as("%s", failure).isTrue();
        assertThat(TlsFailure.isLasting(failure)).as("%s", failure).isTrue();
    }

    private static void assertOfSettings(Throwable failure) {
        assertThat(TlsFailure.isOfCertificate(failure)).as("%s", failure).isFalse();
        assertThat(TlsFailure.isLasting(failure)).as("%s", failure).isTrue();
    }

    private static void assertPassing(Throwable failure) {
        assertThat(failure).isInstanceOf(SSLException.class);
        assertThat(TlsFailure.isOfCertificate(failure)).as("%s", failure).isFalse();
        assertThat(TlsFailure.isLasting(failure)).as("%s", failure).isFalse();
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

    /** In TLS 1.3 a client has finished its handshake before the server refuses its certificate. */
    private static Throwable failureAfterHandshake(Vertx vertx, NetServer server, NetClientOptions options)
            throws Exception {
        Promise<Throwable> failure = Promise.promise();
        vertx.createNetClient(options)
                .connect(server.actualPort(), "127.0.0.1")
                .onSuccess(socket -> socket.exceptionHandler(failure::tryComplete))
                .onFailure(failure::tryComplete);
        return failure.future().await(30, TimeUnit.SECONDS);
    }

    private static NetClientOptions speaking(String version) {
        NetClientOptions client = client(ours);
        client.setEnabledSecureTransportProtocols(Set.of(version));
        return client;
    }

    private static NetServerOptions speaking(NetServerOptions server, String version) {
        server.setEnabledSecureTransportProtocols(Set.of(version));
        return server;
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
