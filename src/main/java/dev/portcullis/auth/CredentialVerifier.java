package dev.portcullis.auth;

import dev.portcullis.auth.certificate.CertificateRule;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.auth.token.TokenVerifier;
import dev.portcullis.config.Live;
import dev.portcullis.http.ClientCertificate;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Verifies what a connection presents: a token, a client certificate, or both. The certificate is checked each time,
 * also for a token that was verified before: it is known by its text, which another connection may have too.
 */
final class CredentialVerifier {
    private final TokenVerifier tokens;
    private final Live<CertificateRule> certificates;
    private final LongSupplier clock;

    CredentialVerifier(TokenVerifier tokens, Live<CertificateRule> certificates, LongSupplier clock) {
        this.tokens = tokens;
        this.certificates = certificates;
        this.clock = clock;
    }

    Future<TokenVerification> verify(Credentials presented) {
        return verify(presented.token(), presented.certificate(), presented.source());
    }

    /**
     * A token that is empty is invalid, and none at all is told by its missing source.
     *
     * @param source how the token came
     */
    Future<TokenVerification> verify(
            String token, Optional<ClientCertificate> certificate, Optional<CredentialSource> source) {
        return Credentials.isCertificateOnly(token, certificate, source)
                ? Future.succeededFuture(certificates.get().verify(certificate, clock.getAsLong()))
                : verify(token, certificate);
    }

    Future<TokenVerification> verify(String token, Optional<ClientCertificate> certificate) {
        return tokens.verify(token)
                .map(verification -> verification.fold(
                        claims -> certificates.get().check(claims, certificate, clock.getAsLong()),
                        defect -> verification));
    }
}
