package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.AuthConfig.RejectWith;
import dev.portcullis.auth.CredentialSource;
import dev.portcullis.auth.token.TokenConfig;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HandshakeCredentialTest {
    private static final AuthConfig BOTH = accepting(Set.of(CredentialSource.SUBPROTOCOL, CredentialSource.HEADER));
    private static final String NOTHING = "nothing";
    private static final String CONTRADICTION = "contradiction";

    @Test
    void a_token_is_found_in_either_place() {
        assertThat(presented(BOTH, "bearer.a")).isEqualTo("token a");
        assertThat(presented(BOTH, "", "Bearer a")).isEqualTo("token a");
        assertThat(presented(BOTH, "", "bEARER  a ")).isEqualTo("token a");
        assertThat(presented(BOTH, "portcullis.v1")).isEqualTo(NOTHING);
    }

    @Test
    void other_schemes_are_none_of_ours() {
        assertThat(presented(BOTH, "", "Basic YTpi")).isEqualTo(NOTHING);
        assertThat(presented(BOTH, "", "Bearera")).isEqualTo(NOTHING);
    }

    @Test
    void one_token_however_often_is_one_token() {
        assertThat(presented(BOTH, "bearer.a, bearer.a", "Bearer a", "Bearer a"))
                .isEqualTo("token a");
    }

    @Test
    void two_tokens_that_differ_are_a_contradiction_wherever_they_stand() {
        assertThat(presented(BOTH, "bearer.a, bearer.b")).isEqualTo(CONTRADICTION);
        assertThat(presented(BOTH, "bearer.a", "Bearer b")).isEqualTo(CONTRADICTION);
        assertThat(presented(BOTH, "", "Bearer a", "Bearer b")).isEqualTo(CONTRADICTION);
    }

    @Test
    void only_the_accepted_ways_are_looked_at() {
        AuthConfig header = accepting(Set.of(CredentialSource.HEADER));
        assertThat(presented(header, "bearer.a")).isEqualTo(NOTHING);
        assertThat(presented(header, "bearer.a", "Bearer b")).isEqualTo("token b");
        AuthConfig message = accepting(Set.of(CredentialSource.MESSAGE));
        assertThat(presented(message, "bearer.a", "Bearer b")).isEqualTo(NOTHING);
    }

    @Test
    void an_empty_token_is_a_token_and_no_good_one() {
        assertThat(presented(BOTH, "bearer.")).isEqualTo("token ");
        assertThat(presented(BOTH, "", "Bearer")).isEqualTo("token ");
        assertThat(presented(BOTH, "", "bearer  ")).isEqualTo("token ");
        assertThat(presented(BOTH, "bearer.", "Bearer")).isEqualTo("token ");
        assertThat(presented(BOTH, "bearer.a", "Bearer")).isEqualTo(CONTRADICTION);
    }

    @Test
    void a_token_is_never_printed() {
        assertThat(new HandshakeCredential.Token("secret")).asString().doesNotContain("secret");
    }

    private static String presented(AuthConfig config, String subprotocols, String... authorization) {
        return HandshakeCredential.by(config, OfferedSubprotocols.from(List.of(subprotocols)), List.of(authorization))
                .fold(() -> NOTHING, token -> "token " + token, () -> CONTRADICTION);
    }

    private static AuthConfig accepting(Set<CredentialSource> ways) {
        return new AuthConfig(ways, RejectWith.CLOSE, 0, new TokenConfig(List.of(), 0, 0, 0, 0, 0));
    }
}
