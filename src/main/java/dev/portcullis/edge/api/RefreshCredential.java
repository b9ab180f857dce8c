package dev.portcullis.edge.api;

import dev.portcullis.http.RequestCookies;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The refresh token of a request. */
sealed interface RefreshCredential {
    <R> R fold(Supplier<R> none, Function<String, R> inBody, Function<String, R> inCookie, Supplier<R> conflicting);

    /** @param cookies all lines of that header */
    static RefreshCredential of(Optional<String> inBody, List<String> cookies) {
        Set<String> tokens = new LinkedHashSet<>(RequestCookies.values(cookies, AuthCookies.REFRESH));
        inBody.ifPresent(tokens::add);
        if (tokens.size() > 1) {
            return Conflicting.CONFLICTING;
        }
        return tokens.stream()
                .findFirst()
                .<RefreshCredential>map(token -> new Token(token, inBody.isEmpty()))
                .orElse(None.NONE);
    }

    /** No token. */
    enum None implements RefreshCredential {
        NONE;

        @Override
        public <R> R fold(
                Supplier<R> none, Function<String, R> inBody, Function<String, R> inCookie, Supplier<R> conflicting) {
            return none.get();
        }
    }

    /**
     * One token.
     *
     * @param byCookie whether a browser may have sent it by itself, for a page of another site (CWE-352)
     */
    record Token(String value, boolean byCookie) implements RefreshCredential {
        @Override
        public <R> R fold(
                Supplier<R> none, Function<String, R> inBody, Function<String, R> inCookie, Supplier<R> conflicting) {
            return (byCookie ? inCookie : inBody).apply(value);
        }

        @Override
        public String toString() {
            return "Token"; // a token in a log gives its readers a session (CWE-532)
        }
    }

    /** Different tokens: which of them a client means is not for the server to guess. */
    enum Conflicting implements RefreshCredential {
        CONFLICTING;

        @Override
        public <R> R fold(
                Supplier<R> none, Function<String, R> inBody, Function<String, R> inCookie, Supplier<R> conflicting) {
            return conflicting.get();
        }
    }
}
