package dev.portcullis.edge.api;

import dev.portcullis.auth.token.CsrfClaim;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.http.BearerToken;
import dev.portcullis.http.RequestCookies;
import dev.portcullis.protocol.Result;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The access token of a request, possibly sent more than once.
 *
 * @param byCookie whether a browser may have sent it by itself, for a page of another site (CWE-352)
 */
record ApiCredential(String token, boolean byCookie) {
    /**
     * Refuses different tokens: a component that sees only one of them would authorize another user (CWE-436).
     *
     * @param authorization all lines of that header
     * @param cookies all lines of that header
     * @param cookie the cookie that may hold a token; empty if none may
     * @param csrf all lines of the header with the CSRF token of the page
     */
    static Result<Optional<ApiCredential>, TokenDefect> of(
            List<String> authorization, List<String> cookies, Optional<String> cookie, List<String> csrf) {
        Set<String> tokens = new LinkedHashSet<>();
        authorization.forEach(line -> BearerToken.presented(line).ifPresent(tokens::add));
        boolean byCookie = tokens.isEmpty();
        cookie.map(name -> CsrfClaim.ofPage(
                        RequestCookies.values(cookies, name),
                        csrf.stream().filter(any -> csrf.size() == 1).findFirst()))
                .ifPresent(tokens::addAll);
        return tokens.size() > 1
                ? Result.refused(TokenDefect.SEVERAL)
                : Result.done(tokens.stream()
                        .map(one -> new ApiCredential(one, byCookie))
                        .findFirst());
    }

    @Override
    public String toString() {
        return "ApiCredential"; // a token in a log gives its readers a session (CWE-532)
    }
}
