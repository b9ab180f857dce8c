package dev.portcullis.auth;

import static dev.portcullis.auth.token.Tokens.HEADER;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.signed;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.certificate.CertificatesConfig;
import dev.portcullis.auth.certificate.CertificatesConfig.Source;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening;
import dev.portcullis.auth.session.SessionOpening.Denied;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.auth.token.Tokens;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.protocol.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificateCredentialTest extends AuthStage {
    private static final ClientCertificate OURS = certificate("O".repeat(43), "ann");
    private static final ClientCertificate OTHER = certificate("P".repeat(43), "ann");
    private static final String BOUND = signed(HEADER, claims(",\"cnf\":{\"x5t#S256\":\"" + OURS.thumbprint() + "\"}"));

    /** The second attempt finds the token verified already. */
    @Test
    void bound_token_opens_a_session_only_beside_its_certificate() throws Exception {
        deploy(OnExceeded.REJECT);

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(opened(open(BOUND, Optional.of(OURS))).tokenId()).isNotEqualTo(OURS.thumbprint());
            assertThat(open(BOUND, Optional.of(OTHER))).isEqualTo(denied(TokenDefect.WRONG_CERTIFICATE));
            assertThat(open(BOUND, Optional.empty())).isEqualTo(denied(TokenDefect.WRONG_CERTIFICATE));
        }
    }

    @Test
    void bound_token_of_an_http_call_needs_its_certificate_too() throws Exception {
        deploy(OnExceeded.REJECT);

        assertThat(verify(Optional.of(OURS))).isInstanceOf(TokenVerification.Valid.class);
        assertThat(verify(Optional.of(OTHER))).isEqualTo(TokenVerification.invalid(TokenDefect.WRONG_CERTIFICATE));
        assertThat(verify(Optional.empty())).isEqualTo(TokenVerification.invalid(TokenDefect.WRONG_CERTIFICATE));
    }

    /** RFC 7800: a token that is bound to something else is not a bearer token. */
    @Test
    void token_bound_to_what_is_not_supported_is_refused() throws Exception {
        deploy(OnExceeded.REJECT);

        for (String confirmation : List.of("{\"jkt\":\"x\"}", "{}", "{\"x5t#S256\":7}", "\"x\"")) {
            SessionOpening result = open(signed(HEADER, claims(",\"cnf\":" + confirmation)), Optional.of(OURS));
            assertThat(result).as(confirmation).isInstanceOf(Denied.class);
        }
    }

    @Test
    void certificate_opens_the_session_of_its_user_where_the_operator_says_so() throws Exception {
        certificates = mapping();
        deploy(OnExceeded.REJECT);

        Session session = opened(done(authenticator.open(Credentials.certificate(OURS, "192.0.2.1", owner(), "test"))));

        assertThat(session.sender().userId().value()).isEqualTo("cert:ann");
        assertThat(session.sender().role()).isEqualTo(Role.MEMBER);
        assertThat(session.tokenId()).isEqualTo(OURS.thumbprint());
        assertThat(session.tokenIssuedAt()).isEqualTo(OURS.issuedAt());
    }

    @Test
    void certificate_alone_opens_nothing_by_default() throws Exception {
        deploy(OnExceeded.REJECT);

        assertThat(done(authenticator.open(Credentials.certificate(OURS, "192.0.2.1", owner(), "test"))))
                .isEqualTo(denied(TokenDefect.ABSENT));
    }

    /** An empty token is invalid, and never stands for the certificate beside it. */
    @Test
    void empty_token_beside_a_certificate_is_refused() throws Exception {
        certificates = mapping();
        deploy(OnExceeded.REJECT);

        assertThat(open("", Optional.of(OURS))).isEqualTo(denied(TokenDefect.MALFORMED));
    }

    @Test
    void token_of_another_user_beside_a_certificate_is_refused() throws Exception {
        certificates = mapping();
        deploy(OnExceeded.REJECT);

        assertThat(open(TOKEN, Optional.of(OURS))).isEqualTo(denied(TokenDefect.OTHER_CERTIFICATE_USER));
        assertThat(opened(open(signed(HEADER, claims("").replace("ann", "cert:ann")), Optional.of(OURS)))
                        .sender()
                        .userId()
                        .value())
                .isEqualTo("cert:ann");
    }

    private SessionOpening open(String token, Optional<ClientCertificate> certificate) throws Exception {
        return done(authenticator.open(new Credentials(
                token,
                "192.0.2.1",
                owner(),
                "test",
                Optional.of(CredentialSource.HEADER),
                Optional.empty(),
                certificate)));
    }

    private TokenVerification verify(Optional<ClientCertificate> certificate) throws Exception {
        return done(authenticator.verify(BOUND, certificate));
    }

    private static Denied denied(TokenDefect defect) {
        return new Denied(defect);
    }

    private static SessionOwner owner() {
        return new SessionOwner(NODE, NODE + ":1", 0);
    }

    private static CertificatesConfig mapping() {
        return new CertificatesConfig(true, Source.CN, ".+", "certificate", "cert:", Role.MEMBER, List.of());
    }

    private static ClientCertificate certificate(String thumbprint, String name) {
        return new ClientCertificate(
                thumbprint,
                Optional.of(name),
                List.of(),
                List.of(),
                List.of(),
                Tokens.NOW + 3_600_000,
                Tokens.NOW - 3_600_000);
    }
}
