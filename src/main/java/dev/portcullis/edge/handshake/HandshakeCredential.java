package dev.portcullis.edge.handshake;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.token.CsrfClaim;
import dev.portcullis.edge.session.PresentedToken;
import dev.portcullis.http.BearerToken;
import dev.portcullis.http.RequestCookies;
import io.vertx.core.MultiMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The credential of a handshake. */
sealed interface HandshakeCredential {
    <R> R fold(Supplier<R> none, Function<PresentedToken, R> token, Supplier<R> conflicting);

    /** Whether a token came in another way than a cookie, so that the client itself has put it there. */
    boolean outsideCookie();

    /**
     * Reads only the sources that the operator accepts.
     *
     * @param query of the request line; null if there is none
     */
    static HandshakeCredential of(
            AuthConfig config, OfferedSubprotocols subprotocols, MultiMap headers, @Nullable String query) {
        Map<String, CredentialSource> tokens = new LinkedHashMap<>();
        for (CredentialSource source : CredentialSource.values()) {
            if (config.accepts(source)) {
                List<String> values = switch (source) {
                    case SUBPROTOCOL -> subprotocols.tokens();
                    case HEADER -> inHeader(headers);
                    case QUERY -> inQuery(query);
                    case COOKIE ->
                        CsrfClaim.ofPage(
                                RequestCookies.values(headers.getAll("Cookie"), config.cookieName()),
                                subprotocols.csrfToken());
                    case MESSAGE -> List.of();
                };
                values.forEach(token -> tokens.merge(token, source, HandshakeCredential::explicit));
            }
        }
        return switch (tokens.size()) {
            case 0 -> None.NONE;
            case 1 -> {
                Map.Entry<String, CredentialSource> only =
                        tokens.entrySet().iterator().next();
                yield new Token(new PresentedToken(only.getKey(), only.getValue(), subprotocols.csrfToken()));
            }
            default -> new Conflicting(tokens.values().stream().anyMatch(each -> each != CredentialSource.COOKIE));
        };
    }

    private static List<String> inHeader(MultiMap headers) {
        return headers.getAll("Authorization").stream()
                .flatMap(line -> BearerToken.presented(line).stream())
                .toList();
    }

    private static List<String> inQuery(@Nullable String query) {
        return query == null
                ? List.of()
                : Arrays.stream(query.split("&"))
                        .flatMap(HandshakeCredential::inParameter)
                        .toList();
    }

    /** A name may be written in percent-encoding too: a proxy that decodes it must not see another token (CWE-436). */
    private static Stream<String> inParameter(String parameter) {
        int end = parameter.indexOf('=');
        String name = end < 0 ? parameter : parameter.substring(0, end);
        return decoded(name).equals("token")
                ? Stream.of(end < 0 ? "" : decoded(parameter.substring(end + 1)))
                : Stream.of();
    }

    /** A text that is not well-formed stays as it is, and is no valid token. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    /** A client that knows the token of its cookie well enough to send it in another way too is no foreign page. */
    private static CredentialSource explicit(CredentialSource one, CredentialSource other) {
        return one == CredentialSource.COOKIE ? other : one;
    }

    /** No token. */
    enum None implements HandshakeCredential {
        NONE;

        @Override
        public <R> R fold(Supplier<R> none, Function<PresentedToken, R> token, Supplier<R> conflicting) {
            return none.get();
        }

        @Override
        public boolean outsideCookie() {
            return false;
        }
    }

    /** One token, possibly sent more than once. */
    record Token(PresentedToken presented) implements HandshakeCredential {
        @Override
        public <R> R fold(Supplier<R> none, Function<PresentedToken, R> token, Supplier<R> conflicting) {
            return token.apply(presented);
        }

        @Override
        public boolean outsideCookie() {
            return !presented.byCookie();
        }
    }

    /** Two different tokens: a component that sees only one of them would authorize another user (CWE-436). */
    record Conflicting(boolean outsideCookie) implements HandshakeCredential {
        @Override
        public <R> R fold(Supplier<R> none, Function<PresentedToken, R> token, Supplier<R> conflicting) {
            return conflicting.get();
        }
    }
}
