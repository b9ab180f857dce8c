package dev.portcullis.edge.api;

import dev.portcullis.auth.token.CsrfClaim;
import dev.portcullis.http.BearerToken;
import dev.portcullis.http.RequestCookies;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The access token of a request. */
sealed interface ApiCredential {
    /** @param token receives the token, and whether only a cookie has it */
    <R> R fold(Supplier<R> none, BiFunction<String, Boolean, R> token, Supplier<R> conflicting);

    /**
     * @param authorization all lines of that header
     * @param cookies all lines of that header
     * @param cookie the cookie that may hold a token; empty if none may
     * @param csrf all lines of the header with the CSRF token of the page
     */
    static ApiCredential of(
            List<String> authorization, List<String> cookies, Optional<String> cookie, List<String> csrf) {
        Set<String> tokens = new LinkedHashSet<>();
        authorization.forEach(line -> BearerToken.presented(line).ifPresent(tokens::add));
        boolean byCookie = tokens.isEmpty();
        cookie.map(name -> CsrfClaim.ofPage(
                        RequestCookies.values(cookies, name),
                        csrf.stream().filter(any -> csrf.size() == 1).findFirst()))
                .ifPresent(tokens::addAll);
        return switch (tokens.size()) {
            case 0 -> None.NONE;
            case 1 -> new Token(tokens.iterator().next(), byCookie);
            default -> Conflicting.CONFLICTING;
        };
    }

    /** No token. */
    enum None implements ApiCredential {
        NONE;

        @Override
        public <R> R fold(Supplier<R> none, BiFunction<String, Boolean, R> token, Supplier<R> conflicting) {
            return none.get();
        }
    }

    /**
     * One token, possibly sent more than once.
     *
     * @param byCookie whether a browser may have sent it by itself, for a page of another site (CWE-352)
     */
    record Token(String value, boolean byCookie) implements ApiCredential {
        @Override
        public <R> R fold(Supplier<R> none, BiFunction<String, Boolean, R> token, Supplier<R> conflicting) {
            return token.apply(value, byCookie);
        }

        @Override
        public String toString() {
            return "Token"; // a token in a log gives its readers a session (CWE-532)
        }
    }

    /** Different tokens: a component that sees only one of them would authorize another user (CWE-436). */
    enum Conflicting implements ApiCredential {
        CONFLICTING;

        @Override
        public <R> R fold(Supplier<R> none, BiFunction<String, Boolean, R> token, Supplier<R> conflicting) {
            return conflicting.get();
        }
    }
}
