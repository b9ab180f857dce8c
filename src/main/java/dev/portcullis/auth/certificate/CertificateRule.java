package dev.portcullis.auth.certificate;

import dev.portcullis.config.crypto.ConstantTime;
import dev.portcullis.auth.certificate.CertificateIdentity.None;
import dev.portcullis.auth.certificate.CertificateIdentity.Unclear;
import dev.portcullis.auth.certificate.CertificateIdentity.User;
import dev.portcullis.auth.token.HashedSubject;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.auth.token.TokenVerification.Valid;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.protocol.UserId;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides which user a client certificate identifies, and whether a token may be used with it. */
public final class CertificateRule {
    private final CertificatesConfig config;
    private final long maxLifetime;
    private final NamePattern pattern;

    /** @param maxLifetime of a session without a token, in milliseconds */
    public CertificateRule(CertificatesConfig config, long maxLifetime) {
        this.config = config;
        this.maxLifetime = maxLifetime;
        this.pattern = new NamePattern(config.pattern());
    }

    /** Whether a connection with this certificate needs no token. The certificate may still be refused. */
    public boolean isCredential(Optional<ClientCertificate> certificate) {
        return certificate.map(this::identify).orElse(None.NONE).fold(user -> true, () -> false, () -> true);
    }

    /** The claims of a connection that shows only a certificate. */
    public TokenVerification verify(Optional<ClientCertificate> certificate, long now) {
        return certificate
                .filter(shown -> !shown.isExpired(now))
                .map(shown -> identify(shown)
                        .fold(
                                user -> (TokenVerification) new Valid(claims(user, shown, now)),
                                () -> TokenVerification.invalid(TokenDefect.ABSENT),
                                () -> TokenVerification.invalid(TokenDefect.UNCLEAR_CERTIFICATE)))
                .orElse(TokenVerification.invalid(TokenDefect.ABSENT));
    }

    /** Checks a verified token against the certificate of its connection. */
    public TokenVerification check(TokenClaims claims, Optional<ClientCertificate> certificate, long now) {
        if (!isBoundTo(claims, certificate, now)) {
            return TokenVerification.invalid(TokenDefect.WRONG_CERTIFICATE);
        }
        return certificate
                .map(this::identify)
                .orElse(None.NONE)
                .fold(
                        user -> user.equals(claims.userId())
                                ? new Valid(claims)
                                : TokenVerification.invalid(TokenDefect.OTHER_CERTIFICATE_USER),
                        () -> new Valid(claims),
                        () -> TokenVerification.invalid(TokenDefect.UNCLEAR_CERTIFICATE));
    }

    /** RFC 8705 section 3: a bound token that was stolen is of no use without the private key. */
    private static boolean isBoundTo(TokenClaims claims, Optional<ClientCertificate> certificate, long now) {
        return claims.certificate()
                .map(thumbprint -> certificate
                        .filter(shown -> !shown.isExpired(now))
                        .filter(shown -> ConstantTime.isEqual(shown.thumbprint(), thumbprint))
                        .isPresent())
                .orElse(true);
    }

    private CertificateIdentity identify(ClientCertificate certificate) {
        if (!config.enabled()) {
            return None.NONE;
        }
        Set<String> found = config.user().namesOf(certificate).stream()
                .flatMap(name -> pattern.userPartOf(name).stream())
                .collect(Collectors.toSet());
        if (found.isEmpty()) {
            return None.NONE;
        }
        return found.stream()
                .filter(only -> found.size() == 1 && !HashedSubject.hasFormOf(only))
                .map(only -> config.userPrefix() + only)
                .filter(id -> UserId.isValid(id) && !UserId.isReserved(id))
                .findFirst()
                .<CertificateIdentity>map(id -> new User(new UserId(id)))
                .orElse(Unclear.UNCLEAR);
    }

    /** Issued when the certificate was: a cut-off of the user keeps it out until there is a newer one. */
    private TokenClaims claims(UserId user, ClientCertificate certificate, long now) {
        return new TokenClaims(
                user,
                config.issuer(),
                Optional.empty(),
                config.role(),
                config.rooms(),
                certificate.thumbprint(),
                certificate.issuedAt(),
                Math.min(certificate.expiresAt(), now + maxLifetime),
                Optional.empty(),
                Optional.of(certificate.thumbprint()),
                Optional.empty());
    }
}
