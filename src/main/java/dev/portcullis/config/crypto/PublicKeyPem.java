package dev.portcullis.config.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the public key of a PEM text: a public key (RFC 7468 section 13), or the first certificate. */
public final class PublicKeyPem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]++)-----END PUBLIC KEY-----");

    private static final List<String> TYPES = List.of("RSA", "EC", "Ed25519");

    private PublicKeyPem() {}

    /** Empty if the text has none, or more than one beside a chain of certificates. */
    public static Optional<PublicKey> read(String pem) {
        List<String> keys = KEY.matcher(pem)
                .results()
                .map(found -> found.group(1).replaceAll("\\s", ""))
                .toList();
        if (keys.isEmpty()) {
            return Certificates.firstKey(pem);
        }
        return keys.size() == 1 && hasNoCertificate(pem) ? decode(keys.get(0)) : Optional.empty();
    }

    private static boolean hasNoCertificate(String pem) {
        try {
            return Certificates.in(pem).isEmpty();
        } catch (CertificateException unreadable) {
            return false;
        }
    }

    private static Optional<PublicKey> decode(String base64) {
        try {
            X509EncodedKeySpec encoded =
                    new X509EncodedKeySpec(Base64.getDecoder().decode(base64));
            return TYPES.stream()
                    .flatMap(type -> decode(type, encoded).stream())
                    .findFirst();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<PublicKey> decode(String type, X509EncodedKeySpec encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(type).generatePublic(encoded));
        } catch (GeneralSecurityException otherType) {
            return Optional.empty();
        }
    }
}
