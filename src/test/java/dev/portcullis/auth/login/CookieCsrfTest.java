package dev.portcullis.auth.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.token.CsrfClaim;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.CsrfConfig.Require;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class CookieCsrfTest {
    private static final String PAGE = "token-of-the-page";
    private static final Optional<String> RIGHT = Optional.of(PAGE);
    private static final Optional<String> WRONG = Optional.of("token-of-another-page");
    private static final Optional<String> NONE = Optional.empty();

    @ParameterizedTest
    @EnumSource(value = Require.class, names = "NEVER", mode = Mode.EXCLUDE)
    void cookie_needs_the_token_whose_hash_is_in_the_claim(Require require) {
        assertThat(isRefused(require, CredentialSource.COOKIE, RIGHT, true)).isFalse();
        assertThat(isRefused(require, CredentialSource.COOKIE, WRONG, true)).isTrue();
        assertThat(isRefused(require, CredentialSource.COOKIE, NONE, true)).isTrue();
        assertThat(isRefused(require, CredentialSource.COOKIE, Optional.of(CsrfClaim.of(PAGE)), true))
                .as("the hash itself, which is in the token")
                .isTrue();
        assertThat(isRefused(require, CredentialSource.COOKIE, RIGHT, false))
                .as("an issuer that knows no CSRF tokens")
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = CredentialSource.class, names = "COOKIE", mode = Mode.EXCLUDE)
    void token_that_no_browser_adds_by_itself_needs_none(CredentialSource source) {
        assertThat(isRefused(Require.ALWAYS, source, NONE, true)).isFalse();
        assertThat(isRefused(Require.COOKIE, source, WRONG, false)).isFalse();
    }

    @Test
    void cookie_needs_none_where_the_operator_wants_none() {
        assertThat(isRefused(Require.NEVER, CredentialSource.COOKIE, NONE, false))
                .isFalse();
    }

    private static boolean isRefused(
            Require require, CredentialSource source, Optional<String> presented, boolean claimed) {
        return new CookieCsrf(new CsrfConfig(require, 1_800_000, 60_000))
                .defectOf(claims(claimed), credentials(source, presented))
                .filter(TokenDefect.CSRF_MISMATCH::equals)
                .isPresent();
    }

    private static Credentials credentials(CredentialSource source, Optional<String> csrfToken) {
        return new Credentials(
                "t",
                "192.0.2.1",
                new SessionOwner("n", "n:1", 0),
                "test",
                Optional.of(source),
                csrfToken,
                Optional.empty());
    }

    private static TokenClaims claims(boolean withCsrf) {
        return TestClaims.of("ann", Optional.empty(), withCsrf ? Optional.of(PAGE) : Optional.empty());
    }
}
