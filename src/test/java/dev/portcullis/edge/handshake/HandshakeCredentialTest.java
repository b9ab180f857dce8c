package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.AuthConfig.RejectWith;
import dev.portcullis.auth.certificate.CertificatesConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.token.TokenConfig;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HandshakeCredentialTest {
    private static final AuthConfig BOTH = accepting(Set.of(CredentialSource.SUBPROTOCOL, CredentialSource.HEADER));
    private static final String NONE = "none";
    private static final String CONFLICTING = "conflicting";

    @Test
    void token_is_found_in_subprotocol_and_in_header() {
        assertThat(credential(BOTH, "bearer.a")).isEqualTo("token a");
        assertThat(credential(BOTH, "", "Bearer a")).isEqualTo("token a");
        assertThat(credential(BOTH, "", "bEARER  a ")).isEqualTo("token a");
        assertThat(credential(BOTH, "portcullis.v1")).isEqualTo(NONE);
    }

    @Test
    void other_authorization_schemes_are_ignored() {
        assertThat(credential(BOTH, "", "Basic YTpi")).isEqualTo(NONE);
        assertThat(credential(BOTH, "", "Bearera")).isEqualTo(NONE);
    }

    @Test
    void repeated_token_is_one_token() {
        assertThat(credential(BOTH, "bearer.a, bearer.a", "Bearer a", "Bearer a"))
                .isEqualTo("token a");
    }

    @Test
    void two_different_tokens_are_conflicting_in_any_source() {
        assertThat(credential(BOTH, "bearer.a, bearer.b")).isEqualTo(CONFLICTING);
        assertThat(credential(BOTH, "bearer.a", "Bearer b")).isEqualTo(CONFLICTING);
        assertThat(credential(BOTH, "", "Bearer a", "Bearer b")).isEqualTo(CONFLICTING);
    }

    @Test
    void only_accepted_sources_are_read() {
        AuthConfig header = accepting(Set.of(CredentialSource.HEADER));
        assertThat(credential(header, "bearer.a")).isEqualTo(NONE);
        assertThat(credential(header, "bearer.a", "Bearer b")).isEqualTo("token b");
        AuthConfig message = accepting(Set.of(CredentialSource.MESSAGE));
        assertThat(credential(message, "bearer.a", "Bearer b")).isEqualTo(NONE);
    }

    @Test
    void empty_token_counts_as_a_token() {
        assertThat(credential(BOTH, "bearer.")).isEqualTo("token ");
        assertThat(credential(BOTH, "", "Bearer")).isEqualTo("token ");
        assertThat(credential(BOTH, "", "bearer  ")).isEqualTo("token ");
        assertThat(credential(BOTH, "bearer.", "Bearer")).isEqualTo("token ");
        assertThat(credential(BOTH, "bearer.a", "Bearer")).isEqualTo(CONFLICTING);
    }

    @Test
    void token_is_not_printed() {
        assertThat(new HandshakeCredential.Token("secret")).asString().doesNotContain("secret");
    }

    private static String credential(AuthConfig config, String subprotocols, String... authorization) {
        return HandshakeCredential.of(config, OfferedSubprotocols.from(List.of(subprotocols)), List.of(authorization))
                .fold(() -> NONE, token -> "token " + token, () -> CONFLICTING);
    }

    private static AuthConfig accepting(Set<CredentialSource> sources) {
        return new AuthConfig(
                sources, RejectWith.CLOSE, 0, "c", new TokenConfig(List.of(), 0, 0, 0, 0, 0), CertificatesConfig.off());
    }
}
