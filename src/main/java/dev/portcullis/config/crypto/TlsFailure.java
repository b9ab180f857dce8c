package dev.portcullis.config.crypto;

import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells why a TLS connection failed. A handshake that took too long or was cut off says nothing about certificates or
 * settings: the other side may be paused, about to start, or gone.
 */
public final class TlsFailure {
    private static final int MAX_DEPTH = 16;

    /** The alerts of RFC 8446 6.2 about our certificate, as the JDK writes them. */
    private static final Pattern CERTIFICATE_ALERT =
            Pattern.compile("Received fatal alert: (?:.*certificate.*|unknown_ca|access_denied)");

    /** Both sides have no version or cipher in common, or the other side speaks no TLS, as the JDK and Netty write it. */
    private static final Pattern NO_COMMON_PROTOCOL =
            Pattern.compile("Received fatal alert: (?:protocol_version|handshake_failure|insufficient_security)"
                    + "|No appropriate protocol|not an SSL/TLS record");

    private TlsFailure() {}

    /** Whether one side refused the certificate of the other. */
    public static boolean isOfCertificate(Throwable failure) {
        return anyCause(failure, TlsFailure::refusesCertificate);
    }

    /** Whether the same happens again until an operator corrects a certificate or a setting. */
    public static boolean isLasting(Throwable failure) {
        return anyCause(failure, cause -> refusesCertificate(cause) || says(NO_COMMON_PROTOCOL, cause));
    }

    /** The certificate of a client is refused after its handshake in TLS 1.3, so that the first cause may be of any class. */
    private static boolean anyCause(Throwable failure, Predicate<Throwable> test) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MAX_DEPTH)
                .anyMatch(test);
    }

    /** A trust manager refuses a certificate with an exception of this class, which the handshake has as a cause. */
    private static boolean refusesCertificate(Throwable cause) {
        return cause instanceof CertificateException || says(CERTIFICATE_ALERT, cause);
    }

    private static boolean says(Pattern pattern, Throwable cause) {
        return pattern.matcher(String.valueOf(cause.getMessage())).lookingAt();
    }
}
