package dev.portcullis.edge.api;

import dev.portcullis.auth.account.Accounts;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.RequestCookies;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * The refresh tokens of a request. Browsers keep sibling domains from adding to the cookie; where one does not, any value of
 * it may be theirs, and the page's own may be any (CWE-565, RFC 6265 section 8.6).
 *
 * @param tokens at least one and at most {@link #MAX}, none twice
 * @param byCookie whether a browser may have sent them by itself, for a page of another site (CWE-352)
 * @param alone whether there is no other one
 */
record RefreshCredential(List<String> tokens, boolean byCookie, boolean alone) {
    /** Each of them may be a read of another account in the store. */
    static final int MAX = 8;

    RefreshCredential {
        tokens = tokens.stream().limit(MAX).toList();
    }

    /**
     * A token in the body is the page's own, whatever its browser has. Otherwise a page that knows its user is logged in as
     * no other.
     *
     * @param user whom the page says that it is of
     * @param cookies all lines of that header
     */
    static Result<RefreshCredential, Denied> of(Optional<String> inBody, Optional<UserId> user, List<String> cookies) {
        List<String> all = inBody.map(List::of)
                .orElseGet(() -> RequestCookies.values(cookies, AuthCookies.REFRESH).stream()
                        .distinct()
                        .toList());
        if (all.isEmpty()) {
            return Result.refused(Denied.of(HttpRefusal.UNAUTHORIZED));
        }
        List<String> wellFormed =
                all.stream().filter(each -> Accounts.userOf(each).isPresent()).toList();
        List<String> own = wellFormed.stream()
                .filter(each -> user.isEmpty() || Accounts.userOf(each).equals(user))
                .toList();
        return own.isEmpty() && !wellFormed.isEmpty()
                ? Result.refused(Denied.of(HttpRefusal.CONFLICT, "other_user"))
                : Result.done(new RefreshCredential(own.isEmpty() ? all : own, inBody.isEmpty(), all.size() == 1));
    }

    @Override
    public String toString() {
        return "RefreshCredential[" + tokens.size() + "]"; // a token in a log gives its readers a session (CWE-532)
    }
}
