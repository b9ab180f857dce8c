package dev.portcullis.auth.certificate;

import dev.portcullis.auth.token.HashedSubject;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.auth.token.TokenVerification.Valid;
import dev.portcullis.config.crypto.ConstantTime;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.protocol.Result;
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
        return certificate.flatMap(this::identify).isPresent();
    }

    /** The claims of a connection that shows only a certificate. */
    public TokenVerification verify(Optional<ClientCertificate> certificate, long now) {
        return certificate
                .filter(shown -> !shown.isExpired(now))
                .flatMap(shown -> identify(shown)
                        .map(found -> found.<TokenVerification>fold(
                                user -> new Valid(claims(user, shown, now)), TokenVerification::invalid)))
                .orElse(TokenVerification.invalid(TokenDefect.ABSENT));
    }

    /** Checks a verified token against the certificate of its connection. */
    public TokenVerification check(TokenClaims claims, Optional<ClientCertificate> certificate, long now) {
        if (!isBoundTo(claims, certificate, now)) {
            return TokenVerification.invalid(TokenDefect.WRONG_CERTIFICATE);
        }
        return certificate
                .flatMap(this::identify)
                .map(found -> found.<TokenVerification>fold(
                        user -> user.equals(claims.userId())
                                ? new Valid(claims)
                                : TokenVerification.invalid(TokenDefect.OTHER_CERTIFICATE_USER),
                        TokenVerification::invalid))
                .orElseGet(() -> new Valid(claims));
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

    /** The user of a certificate; refused if several names mean different users, or the one that fits is no user id. */
    private Optional<Result<UserId, TokenDefect>> identify(ClientCertificate certificate) {
        if (!config.enabled()) {
            return Optional.empty();
        }
        Set<String> found = config.user().namesOf(certificate).stream()
                .flatMap(name -> pattern.userPartOf(name).stream())
                .collect(Collectors.toSet());
        return found.stream()
                .findFirst()
                .map(only -> Optional.of(only)
                        .filter(any -> found.size() == 1 && !HashedSubject.hasFormOf(only))
                        .map(any -> config.userPrefix() + only)
                        .filter(id -> UserId.isValid(id) && !UserId.isReserved(id))
                        .<Result<UserId, TokenDefect>>map(id -> Result.done(new UserId(id)))
                        .orElseGet(() -> Result.refused(TokenDefect.UNCLEAR_CERTIFICATE)));
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
