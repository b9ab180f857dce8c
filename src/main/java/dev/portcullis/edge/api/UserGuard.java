package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.token.CsrfClaim;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.api.ApiCalls.ApiUser;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.BearerToken;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.routing.OperationGuard;
import dev.portcullis.http.routing.OperationGuard.Caller;
import dev.portcullis.http.routing.OperationGuard.Refused;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.reputation.AddressGate;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Admits the users of the API: those with a valid access token and, where it is needed, its CSRF token. A refused token
 * counts against its address, as in a handshake, so that tokens can't be guessed at the rate of plain requests.
 */
public final class UserGuard implements OperationGuard {
    /** The name of the security scheme in the contract. */
    private static final String SCHEME = "user";

    /** The header that carries the CSRF token. */
    private static final String CSRF_TOKEN = "X-CSRF-Token";

    private static final String REFRESH = "refresh";

    /** The calls by which clients without a token come to an account. */
    private static final List<String> LOGINS = List.of("logIn", "register", "verifyEmail", "askReset", "confirmReset");

    /** The call that a banned user may make too, and that ends the login named by its header. */
    private static final String LOG_OUT = pathOf("logOut");

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final long OWED_MS = 1_000;

    private final Authenticator authenticator;
    private final RateLimiter limiter;
    private final RefusedTokens refusedTokens;
    private final RequestBudget budget;
    private final AddressGate addresses;
    private final Predicate<UserId> isBanned;
    private final Optional<String> cookie;
    private final CsrfConfig csrf;
    private final ApiAudit audit;

    /** @param cookie the cookie that may hold an access token; empty if none may */
    public UserGuard(
            Authenticator authenticator,
            RateLimiter limiter,
            RefusedTokens refusedTokens,
            RequestBudget budget,
            AddressGate addresses,
            Predicate<UserId> isBanned,
            Optional<String> cookie,
            CsrfConfig csrf,
            ApiAudit audit) {
        this.authenticator = authenticator;
        this.limiter = limiter;
        this.refusedTokens = refusedTokens;
        this.budget = budget;
        this.addresses = addresses;
        this.isBanned = isBanned;
        this.cookie = cookie;
        this.csrf = csrf;
        this.audit = audit;
    }

    /** The paths of the calls by which clients without a token come to an account. */
    public static Set<String> loginPaths() {
        return LOGINS.stream().map(UserGuard::pathOf).collect(Collectors.toUnmodifiableSet());
    }

    private static String pathOf(String operation) {
        return ApiContract.published().operation(operation).path().toString();
    }

    /** Guards the calls of users. The others that concern users check a proof of their own. */
    public RouterBuilder guard(RouterBuilder router) {
        router.guard(SCHEME, this).provesUsers(REFRESH);
        LOGINS.forEach(router::provesUsers);
        return router;
    }

    @Override
    public Future<Result<Caller, Refused>> check(HttpServerRequest request) {
        return credential(request)
                .fold(
                        found -> found.map(credential -> verify(request, credential))
                                .orElseGet(() ->
                                        Future.succeededFuture(Result.refused(new Refused(HttpRefusal.UNAUTHORIZED)))),
                        several -> denied(request, several, false));
    }

    private Future<Result<Caller, Refused>> verify(HttpServerRequest request, ApiCredential credential) {
        return authenticator
                .verify(credential.token(), HttpChannel.of(request.connection()).certificate())
                .compose(result -> result.fold(
                        claims -> Future.succeededFuture(judge(request, claims, credential.byCookie())),
                        defect -> denied(request, defect, credential.byCookie())));
    }

    @Override
    public boolean isClaim(HttpServerRequest request) {
        return credential(request).fold(Optional::isPresent, several -> false);
    }

    private Result<Optional<ApiCredential>, TokenDefect> credential(HttpServerRequest request) {
        return ApiCredential.of(
                request.headers().getAll(HttpHeaders.AUTHORIZATION),
                request.headers().getAll(HttpHeaders.COOKIE),
                cookieOf(request),
                request.headers().getAll(CSRF_TOKEN));
    }

    /**
     * A window ends its own login, which its header names, also where the cookie of the browser is of a login that another
     * window began since.
     */
    private Optional<String> cookieOf(HttpServerRequest request) {
        boolean named = LOG_OUT.equals(request.path())
                && request.headers().getAll(HttpHeaders.AUTHORIZATION).stream()
                        .anyMatch(line -> BearerToken.presented(line).isPresent());
        return named ? Optional.empty() : cookie;
    }

    private Result<Caller, Refused> judge(HttpServerRequest request, TokenClaims claims, boolean byCookie) {
        if (isBanned.test(claims.userId()) && !LOG_OUT.equals(request.path())) {
            return banned(request, Optional.of(claims.userId()), AddressGate.Refusal.BANNED);
        }
        if (isOfItsPage(request, claims, byCookie)) {
            long waitMs = budget.proved(request, claims.userId());
            return waitMs == 0 || LOG_OUT.equals(request.path())
                    ? Result.done(new ApiUser(claims))
                    : tooMany(request, waitMs, Optional.empty());
        }
        return Result.refused(new Refused(
                HttpRefusal.CSRF_FAILED,
                Optional.of(audit.refused(
                        EventName.WS_CSRF_FAILURE,
                        request,
                        HttpRefusal.CSRF_FAILED,
                        Optional.of(claims.userId()),
                        Optional.empty()))));
    }

    /**
     * Whether a page has shown that it is the one that logged in. A browser sends a cookie with the request of any page, but
     * only that page has the CSRF token whose hash is in the access token (CWE-352).
     */
    private boolean isOfItsPage(HttpServerRequest request, TokenClaims claims, boolean byCookie) {
        List<String> lines = request.headers().getAll(CSRF_TOKEN);
        return SAFE.contains(request.method())
                || !csrf.isRequired(byCookie)
                || (lines.size() == 1 && CsrfClaim.matches(lines.get(0), claims));
    }

    private Result<Caller, Refused> banned(HttpServerRequest request, Optional<UserId> user, AddressGate.Refusal why) {
        return Result.refused(new Refused(
                HttpRefusal.BANNED,
                Optional.of(audit.refused(
                        EventName.HTTP_REFUSED, request, HttpRefusal.BANNED, user, Optional.of(why.id())))));
    }

    private Future<Result<Caller, Refused>> denied(HttpServerRequest request, TokenDefect defect, boolean byCookie) {
        if (budget.isOwed(request)) { // behind it is a store, which such a flood must not reach
            return Future.succeededFuture(tooMany(request, OWED_MS, Optional.empty()));
        }
        return audit.address(request)
                .map(addresses::refusalOfUnauthenticated)
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .compose(refusal -> refusal.map(why -> Future.succeededFuture(banned(request, Optional.empty(), why)))
                        .orElseGet(() -> counted(request, defect, byCookie)));
    }

    private Future<Result<Caller, Refused>> counted(HttpServerRequest request, TokenDefect defect, boolean byCookie) {
        return limiter.admitAddress(audit.keys(request))
                .compose(verdict -> verdict.fold(
                        () -> guessed(request, defect, byCookie),
                        why -> Future.succeededFuture(why.fold(
                                limited -> tooMany(request, limited.retryAfterMs(), Optional.empty()),
                                failed -> Result.refused(new Refused(HttpRefusal.UNAVAILABLE))))));
    }

    /** A page of a sibling domain can put garbage into the cookie of others (CWE-565): that is no guess of theirs. */
    private Future<Result<Caller, Refused>> guessed(HttpServerRequest request, TokenDefect defect, boolean byCookie) {
        return refusedTokens
                .count(audit.keys(request), byCookie ? Optional.empty() : Optional.of(defect))
                .map(guesses -> guesses.map(retryAfterMs -> tooMany(
                                request,
                                retryAfterMs,
                                Optional.of(audit.refused(
                                        EventName.WS_AUTH_FAILURE,
                                        request,
                                        HttpRefusal.RATE_LIMITED,
                                        Optional.empty(),
                                        Optional.of(defect.id())))))
                        .orElseGet(() -> denied(request, defect)));
    }

    private static Result<Caller, Refused> tooMany(
            HttpServerRequest request, long retryAfterMs, Optional<String> requestId) {
        HttpResponses.retryAfter(request.response(), retryAfterMs);
        return Result.refused(new Refused(HttpRefusal.RATE_LIMITED, requestId));
    }

    private Result<Caller, Refused> denied(HttpServerRequest request, TokenDefect defect) {
        HttpRefusal why = answerTo(defect.refusal());
        return Result.refused(new Refused(
                why,
                Optional.of(audit.refused(
                        EventName.WS_AUTH_FAILURE, request, why, Optional.empty(), Optional.of(defect.id())))));
    }

    private static HttpRefusal answerTo(AuthRefusal why) {
        return switch (why) {
            case INVALID_TOKEN -> HttpRefusal.INVALID_TOKEN;
            case EXPIRED_TOKEN -> HttpRefusal.EXPIRED_TOKEN;
            case REVOKED_TOKEN -> HttpRefusal.REVOKED_TOKEN;
        };
    }
}
