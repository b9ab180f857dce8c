package dev.portcullis.client.selfaudit.attack;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What a server shows in a TLS handshake, looked at without believing it: nothing but the handshake goes over these connections.
 *
 * @param protocol the version that both agreed on
 */
public record ServerCertificate(X509Certificate leaf, String protocol) {
    private static final int LINE = 64;

    /** Believes everyone, since it only looks (CWE-295 does not apply to a connection that carries nothing). */
    private static final class Onlooker implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // it is a client itself
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // judged by the probes
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** @param protocols the versions to offer; those of this JDK if there are none */
    public static ServerCertificate of(AuditTarget target, String... protocols) throws IOException {
        try (Socket plain = target.plain();
                SSLSocket socket = (SSLSocket) context()
                        .getSocketFactory()
                        .createSocket(
                                plain, target.server().host(), target.server().port(), true)) {
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            target.shakeHands(socket);
            return new ServerCertificate(
                    (X509Certificate) socket.getSession().getPeerCertificates()[0],
                    socket.getSession().getProtocol());
        }
    }

    /** The public key of the certificate in PEM form; empty without TLS. */
    public static Optional<String> publicKeyPem(AuditTarget target) throws IOException {
        if (!target.server().tls()) {
            return Optional.empty();
        }
        byte[] der = of(target).leaf().getPublicKey().getEncoded();
        String body = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return Optional.of("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n");
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Onlooker()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // each JDK has it
        }
    }
}
