package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.AuthConfig.RejectWith;
import dev.portcullis.auth.certificate.CertificatesConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.edge.session.PresentedToken;
import dev.portcullis.kit.DevToken;
import io.vertx.core.MultiMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HandshakeCredentialTest {
    private static final Set<CredentialSource> ALL = EnumSet.allOf(CredentialSource.class);
    private static final Set<CredentialSource> IN_THE_REQUEST =
            EnumSet.complementOf(EnumSet.of(CredentialSource.MESSAGE));
    private static final String NONE = "none";
    private static final String CONFLICTING = "conflicting";

    /** A handshake under construction. */
    private static final class Request {
        private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        private @Nullable String query;

        Request with(CredentialSource source, String token) {
            switch (source) {
                case SUBPROTOCOL -> headers.add("Sec-WebSocket-Protocol", "bearer." + token);
                case HEADER -> headers.add("Authorization", "Bearer " + token);
                case COOKIE -> headers.add("Cookie", "a=b; c=" + token);
                case QUERY -> query = (query == null ? "" : query + "&") + "token=" + token;
                case MESSAGE -> throw new AssertionError("a message is no part of a handshake");
            }
            return this;
        }

        Request line(String name, String value) {
            headers.add(name, value);
            return this;
        }

        Request query(String text) {
            query = text;
            return this;
        }

        HandshakeCredential accepting(Set<CredentialSource> sources) {
            return HandshakeCredential.of(
                    new AuthConfig(
                            sources,
                            RejectWith.CLOSE,
                            0,
                            "c",
                            new TokenConfig(List.of(), 0, 0, 0, 0, 0),
                            60_000,
                            CertificatesConfig.off(),
                            false),
                    OfferedSubprotocols.from(headers.getAll("Sec-WebSocket-Protocol")),
                    headers,
                    query);
        }

        String credential() {
            return accepting(ALL)
                    .fold(() -> NONE, token -> token.source().id() + " " + token.token(), () -> CONFLICTING);
        }
    }

    private static Request request() {
        return new Request();
    }

    static Stream<CredentialSource> sources() {
        return IN_THE_REQUEST.stream();
    }

    static Stream<Arguments> pairs() {
        return sources().flatMap(one -> sources().map(other -> Arguments.of(one, other)));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void token_is_found_where_its_source_is_accepted_and_nowhere_else(CredentialSource source) {
        Request request = request().with(source, "a");
        assertThat(request.credential()).isEqualTo(source.id() + " a");
        assertThat(request.accepting(EnumSet.complementOf(EnumSet.of(source))))
                .isEqualTo(HandshakeCredential.None.NONE);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void two_different_tokens_conflict_and_two_equal_ones_are_one(CredentialSource one, CredentialSource other) {
        assertThat(request().with(one, "a").with(other, "b").credential()).isEqualTo(CONFLICTING);
        assertThat(request().with(one, "a").with(other, "a").credential()).endsWith(" a");
        assertThat(request().with(one, "a").with(other, "b").accepting(EnumSet.of(one)))
                .as("a token that came in no accepted way is as if it were not there")
                .matches(credential -> one == other
                        ? credential instanceof HandshakeCredential.Conflicting
                        : credential.equals(
                                new HandshakeCredential.Token(new PresentedToken("a", one, Optional.empty()))));
    }

    @Test
    void csrf_token_tells_which_of_several_cookies_is_of_the_page() {
        String own = DevToken.of("ann").csrf("page").signed();
        Request two = request()
                .with(CredentialSource.COOKIE, DevToken.of("eve").csrf("other").signed())
                .with(CredentialSource.COOKIE, own)
                .with(CredentialSource.COOKIE, "garbage");
        assertThat(two.credential()).as("which is not known").isEqualTo(CONFLICTING);
        assertThat(two.line("Sec-WebSocket-Protocol", "portcullis.v1, csrf.page")
                        .credential())
                .isEqualTo("cookie " + own);
        assertThat(two.with(CredentialSource.HEADER, "a").credential()).isEqualTo(CONFLICTING);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void cookie_that_is_repeated_in_another_way_is_no_cookie(CredentialSource source) {
        HandshakeCredential credential =
                request().with(CredentialSource.COOKIE, "a").with(source, "a").accepting(ALL);
        assertThat(credential.outsideCookie()).isEqualTo(source != CredentialSource.COOKIE);
    }

    @ParameterizedTest
    @EnumSource(value = CredentialSource.class, names = "MESSAGE", mode = EnumSource.Mode.EXCLUDE)
    void empty_token_counts_as_a_token(CredentialSource source) {
        assertThat(request().with(source, "").credential()).isEqualTo(source.id() + " ");
        CredentialSource other = source == CredentialSource.HEADER ? CredentialSource.QUERY : CredentialSource.HEADER;
        assertThat(request().with(source, "").with(other, "a").credential()).isEqualTo(CONFLICTING);
    }

    @Test
    void empty_bearer_header_counts_as_a_token_in_any_spelling() {
        for (String line : List.of("Bearer", "bearer  ", "Bearer ")) {
            assertThat(request().line("Authorization", line).credential()).isEqualTo("header ");
        }
    }

    @Test
    void other_authorization_schemes_are_ignored() {
        assertThat(request().line("Authorization", "Basic YTpi").credential()).isEqualTo(NONE);
        assertThat(request().line("Authorization", "Bearera").credential()).isEqualTo(NONE);
        assertThat(request().line("Authorization", "bEARER  a ").credential()).isEqualTo("header a");
    }

    @Test
    void cookies_of_other_names_are_ignored() {
        assertThat(request().line("Cookie", "cc=a; C=a; xc=a").credential()).isEqualTo(NONE);
        assertThat(request().line("Cookie", "x=c=a").credential()).isEqualTo(NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "token=a%2Eb, query a.b",
        "x=1&token=a&y=2, query a",
        "%74oken=a, query a",
        "token=a&%74oken=b, conflicting",
        "token=a%252Eb, query a%2Eb",
        "token, 'query '",
        "token=%zz, query %zz",
        "Token=a, none",
        "tokens=a, none",
        "x=token=a, none",
        "'', none"
    })
    void query_is_decoded_once(String query, String credential) {
        assertThat(request().query(query).credential()).isEqualTo(credential);
    }

    @Test
    void csrf_token_is_that_of_the_only_subprotocol_that_has_one() {
        assertThat(csrf("csrf.x")).contains("x");
        assertThat(csrf("csrf.x, csrf.x")).contains("x");
        assertThat(csrf("csrf.x, csrf.y")).isEmpty();
        assertThat(csrf("portcullis.v1")).isEmpty();
    }

    @Test
    void secrets_are_not_printed() {
        PresentedToken presented = new PresentedToken("secret", CredentialSource.COOKIE, Optional.of("hidden"));
        assertThat(new HandshakeCredential.Token(presented))
                .asString()
                .doesNotContain("secret")
                .doesNotContain("hidden");
    }

    private static Optional<String> csrf(String subprotocols) {
        return request()
                .with(CredentialSource.COOKIE, "a")
                .line("Sec-WebSocket-Protocol", subprotocols)
                .accepting(ALL)
                .fold(Optional::empty, PresentedToken::csrfToken, Optional::empty);
    }
}
