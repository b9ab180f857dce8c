package dev.portcullis.cluster;

import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Tells whether a connection failed because one side refused the certificate of the other. A handshake that took too long
 * or was cut off says nothing about certificates: the other node may be paused, or gone.
 */
final class CertificateFailure {
    private static final int MAX_DEPTH = 16;

    /** Of RFC 8446 6.2, what the other side says of our certificate, as the JDK writes it. */
    private static final Pattern ALERT =
            Pattern.compile("Received fatal alert: (?:.*certificate.*|unknown_ca|access_denied)");

    private CertificateFailure() {}

    static boolean isCauseOf(Throwable failure) {
        return failure instanceof SSLException
                && Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                        .limit(MAX_DEPTH)
                        .anyMatch(CertificateFailure::isRefusal);
    }

    /** A trust manager refuses a certificate with an exception of this class, which the handshake has as a cause. */
    private static boolean isRefusal(Throwable cause) {
        return cause instanceof CertificateException
                || ALERT.matcher(String.valueOf(cause.getMessage())).find();
    }
}
