package dev.portcullis.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A new self-signed certificate for 127.0.0.1.
 *
 * @param trusting trusts only this certificate
 * @param serving shows it
 */
public record SelfSigned(Path certificate, Path key, SSLContext trusting, SSLContext serving) {
    private static final String PASSWORD = "only-for-a-test";
    private static final String ALIAS = "node";

    /** One certificate shared by tests that need any. */
    public static SelfSigned any() {
        return Any.ONE;
    }

    /** Created on first use, because that takes a second. */
    private static final class Any {
        private static final SelfSigned ONE = in(folder());

        private static Path folder() {
            try {
                Path folder = Files.createTempDirectory("portcullis-pem");
                folder.toFile().deleteOnExit();
                return folder;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    public X509Certificate leaf() {
        try (InputStream in = Files.newInputStream(certificate)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    public static SelfSigned in(Path folder) {
        return in(folder, "-0d");
    }

    /** An expired certificate. */
    public static SelfSigned expired(Path folder) {
        return in(folder, "-10d");
    }

    private static SelfSigned in(Path folder, String begin) {
        try {
            KeyStore made = make(folder.resolve("made.p12"), begin);
            return new SelfSigned(
                    pem(
                            folder.resolve("chain.pem"),
                            "CERTIFICATE",
                            made.getCertificate(ALIAS).getEncoded()),
                    pem(
                            folder.resolve("key.pem"),
                            "PRIVATE KEY",
                            made.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()),
                    trusting(made),
                    serving(made));
        } catch (IOException | GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    private static KeyStore make(Path file, String begin) throws IOException, GeneralSecurityException {
        List<String> options =
                List.of("-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=127.0.0.1");
        List<String> more = List.of("-ext", "SAN=ip:127.0.0.1", "-validity", "2", "-startdate", begin);
        Keytool.generate(
                file, PASSWORD, Stream.concat(options.stream(), more.stream()).toList());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static Path pem(Path file, String what, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }

    private static SSLContext serving(KeyStore made) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(made, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext trusting(KeyStore made) throws IOException, GeneralSecurityException {
        KeyStore believed = KeyStore.getInstance("PKCS12");
        believed.load(null, null);
        believed.setCertificateEntry(ALIAS, made.getCertificate(ALIAS));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(believed);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
