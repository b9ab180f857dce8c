package dev.portcullis.client.selfaudit.attack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** The authorities that the auditor believes: those of a file, or those of this machine. */
public final class TrustedCertificates {
    private TrustedCertificates() {}

    /** @throws IOException if the file holds no certificates, with a text for the operator */
    public static SSLSocketFactory of(Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
        try (InputStream pem = Files.newInputStream(file.get())) {
            KeyStore believed = KeyStore.getInstance("PKCS12");
            believed.load(null, null);
            int count = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                believed.setCertificateEntry("ca-" + count, each);
                count++;
            }
            if (count == 0) {
                throw new IOException(file.get() + " holds no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(believed);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException unreadable) {
            throw new IOException(file.get() + " can't be read as certificates in PEM form", unreadable);
        }
    }
}
