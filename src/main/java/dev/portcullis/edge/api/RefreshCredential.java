package dev.portcullis.edge.api;

import dev.portcullis.auth.account.Accounts;
import dev.portcullis.http.RequestCookies;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The refresh tokens of a request. Browsers keep sibling domains from adding to the cookie; where one does not, any value of
 * it may be theirs, and the page's own may be any (CWE-565, RFC 6265 section 8.6).
 */
sealed interface RefreshCredential {
    <R> R fold(Supplier<R> none, Function<String, R> inBody, Function<InCookie, R> inCookie, Supplier<R> ofAnother);

    /**
     * A token in the body is the page's own, whatever its browser has. Otherwise a page that knows its user is logged in as
     * no other.
     *
     * @param user whom the page says that it is of
     * @param cookies all lines of that header
     */
    static RefreshCredential of(Optional<String> inBody, Optional<UserId> user, List<String> cookies) {
        List<String> all = inBody.map(List::of)
                .orElseGet(() -> RequestCookies.values(cookies, AuthCookies.REFRESH).stream()
                        .distinct()
                        .toList());
        if (all.isEmpty()) {
            return None.NONE;
        }
        List<String> wellFormed =
                all.stream().filter(each -> Accounts.userOf(each).isPresent()).toList();
        List<String> own = wellFormed.stream()
                .filter(each -> user.isEmpty() || Accounts.userOf(each).equals(user))
                .toList();
        if (own.isEmpty() && !wellFormed.isEmpty()) {
            return OfAnother.OF_ANOTHER;
        }
        List<String> tokens = own.isEmpty() ? all : own;
        return inBody.isPresent() ? new InBody(tokens.get(0)) : new InCookie(tokens, all.size() == 1);
    }

    /** No token. */
    enum None implements RefreshCredential {
        NONE;

        @Override
        public <R> R fold(
                Supplier<R> none, Function<String, R> inBody, Function<InCookie, R> inCookie, Supplier<R> ofAnother) {
            return none.get();
        }
    }

    /** A token that the client itself has put there. */
    record InBody(String token) implements RefreshCredential {
        @Override
        public <R> R fold(
                Supplier<R> none, Function<String, R> inBody, Function<InCookie, R> inCookie, Supplier<R> ofAnother) {
            return inBody.apply(token);
        }

        @Override
        public String toString() {
            return "InBody"; // a token in a log gives its readers a session (CWE-532)
        }
    }

    /**
     * Tokens that a browser may have sent by itself, for a page of another site (CWE-352).
     *
     * @param tokens at least one and at most {@link #MAX}, none twice
     * @param alone whether the cookie has no other value
     */
    record InCookie(List<String> tokens, boolean alone) implements RefreshCredential {
        /** Each of them may be a read of another account in the store. */
        static final int MAX = 8;

        public InCookie {
            tokens = tokens.stream().limit(MAX).toList();
        }

        @Override
        public <R> R fold(
                Supplier<R> none, Function<String, R> inBody, Function<InCookie, R> inCookie, Supplier<R> ofAnother) {
            return inCookie.apply(this);
        }

        @Override
        public String toString() {
            return "InCookie[" + tokens.size() + "]";
        }
    }

    /** Only tokens of other users than the one that the page is of. */
    enum OfAnother implements RefreshCredential {
        OF_ANOTHER;

        @Override
        public <R> R fold(
                Supplier<R> none, Function<String, R> inBody, Function<InCookie, R> inCookie, Supplier<R> ofAnother) {
            return ofAnother.get();
        }
    }
}
