package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenVerification.Invalid;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.http.BearerToken;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.Admission;
import dev.portcullis.http.routing.Admission.Admitted;
import dev.portcullis.http.routing.Admission.Refused;
import dev.portcullis.http.routing.OperationGuard;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.reputation.AddressGate;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Admits the users of the API: those with a valid access token and, where it is needed, its CSRF token. A refused token
 * counts against its address, as in a handshake, so that tokens can't be guessed at the rate of plain requests.
 */
public final class UserGuard implements OperationGuard {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final long OWED_MS = 1_000;

    private final Authenticator authenticator;
    private final RequestBudget budget;
    private final RateLimiter limiter;
    private final RefusedTokens refusedTokens;
    private final Function<HttpServerRequest, Optional<ClientCertificate>> certificates;
    private final Optional<String> cookie;
    private final CsrfRule csrf;
    private final ApiGates gates;
    private final String logOut;
    private final ApiAudit audit;

    /**
     * @param certificates the certificate that the client of a request showed in TLS
     * @param cookie the cookie that may hold an access token; empty if none may
     * @param logOut the path of the call that a banned user may make too, and that ends the login named by its header
     */
    UserGuard(
            Authenticator authenticator,
            RequestBudget budget,
            RateLimiter limiter,
            RefusedTokens refusedTokens,
            Function<HttpServerRequest, Optional<ClientCertificate>> certificates,
            Optional<String> cookie,
            CsrfRule csrf,
            ApiGates gates,
            String logOut,
            ApiAudit audit) {
        this.authenticator = authenticator;
        this.budget = budget;
        this.limiter = limiter;
        this.refusedTokens = refusedTokens;
        this.certificates = certificates;
        this.cookie = cookie;
        this.csrf = csrf;
        this.gates = gates;
        this.logOut = logOut;
        this.audit = audit;
    }

    @Override
    public Future<Admission> check(HttpServerRequest request) {
        return credential(request)
                .fold(
                        () -> Future.succeededFuture(new Refused(HttpRefusal.UNAUTHORIZED)),
                        (token, byCookie) -> authenticator
                                .verify(token, certificates.apply(request))
                                .compose(result -> result.fold(
                                        claims -> Future.succeededFuture(judge(request, claims, byCookie)),
                                        invalid -> denied(request, invalid, byCookie))),
                        () -> denied(
                                request,
                                new Invalid(AuthRefusal.INVALID_TOKEN, Optional.of(TokenDefect.SEVERAL)),
                                false));
    }

    @Override
    public boolean isClaim(HttpServerRequest request) {
        return credential(request).fold(() -> false, (token, byCookie) -> true, () -> false);
    }

    private ApiCredential credential(HttpServerRequest request) {
        return ApiCredential.of(
                request.headers().getAll(HttpHeaders.AUTHORIZATION),
                request.headers().getAll(HttpHeaders.COOKIE),
                cookieOf(request),
                request.headers().getAll(CsrfRule.HEADER));
    }

    /**
     * A window ends its own login, which its header names, also where the cookie of the browser is of a login that another
     * window began since.
     */
    private Optional<String> cookieOf(HttpServerRequest request) {
        boolean named = logOut.equals(request.path())
                && request.headers().getAll(HttpHeaders.AUTHORIZATION).stream()
                        .anyMatch(line -> BearerToken.presented(line).isPresent());
        return named ? Optional.empty() : cookie;
    }

    private Admission judge(HttpServerRequest request, TokenClaims claims, boolean byCookie) {
        if (gates.users().test(claims.userId()) && !logOut.equals(request.path())) {
            return banned(request, Optional.of(claims.userId()), AddressGate.Refusal.BANNED);
        }
        boolean writes = !SAFE.contains(request.method());
        if (csrf.admits(writes, byCookie, request.headers().getAll(CsrfRule.HEADER), claims)) {
            long waitMs = budget.proved(request, claims.userId());
            return waitMs == 0 || logOut.equals(request.path())
                    ? new Admitted(new ApiUser(claims))
                    : tooMany(request, waitMs, Optional.empty());
        }
        return new Refused(
                HttpRefusal.CSRF_FAILED,
                Optional.of(audit.refused(
                        EventName.WS_CSRF_FAILURE,
                        request,
                        HttpRefusal.CSRF_FAILED,
                        Optional.of(claims.userId()),
                        Optional.empty())));
    }

    private Admission banned(HttpServerRequest request, Optional<UserId> user, AddressGate.Refusal why) {
        return new Refused(
                HttpRefusal.BANNED,
                Optional.of(audit.refused(
                        EventName.HTTP_REFUSED, request, HttpRefusal.BANNED, user, Optional.of(why.id()))));
    }

    private Future<Admission> denied(HttpServerRequest request, Invalid invalid, boolean byCookie) {
        if (budget.isOwed(request)) { // behind it is a store, which such a flood must not reach
            return Future.succeededFuture(tooMany(request, OWED_MS, Optional.empty()));
        }
        return audit.address(request)
                .map(gates.addresses()::refusalOfUnauthenticated)
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .compose(refusal -> refusal.map(why -> Future.succeededFuture(banned(request, Optional.empty(), why)))
                        .orElseGet(() -> counted(request, invalid, byCookie)));
    }

    private Future<Admission> counted(HttpServerRequest request, Invalid invalid, boolean byCookie) {
        return limiter.admitAddress(audit.keys(request))
                .compose(verdict -> verdict.fold(
                        () -> guessed(request, invalid, byCookie),
                        why -> Future.succeededFuture(why.fold(
                                limited -> tooMany(request, limited.retryAfterMs(), Optional.empty()),
                                failed -> new Refused(HttpRefusal.UNAVAILABLE)))));
    }

    /** A page of a sibling domain can put garbage into the cookie of others (CWE-565): that is no guess of theirs. */
    private Future<Admission> guessed(HttpServerRequest request, Invalid invalid, boolean byCookie) {
        return refusedTokens
                .count(audit.keys(request), byCookie ? Optional.empty() : invalid.defect())
                .map(guesses -> guesses.fold(
                        () -> denied(request, answerTo(invalid.why()), invalid.defect()),
                        retryAfterMs -> tooMany(
                                request,
                                retryAfterMs,
                                Optional.of(audit.refused(
                                        EventName.WS_AUTH_FAILURE,
                                        request,
                                        HttpRefusal.RATE_LIMITED,
                                        Optional.empty(),
                                        invalid.defect().map(TokenDefect::id))))));
    }

    private static Admission tooMany(HttpServerRequest request, long retryAfterMs, Optional<String> requestId) {
        HttpResponses.retryAfter(request.response(), retryAfterMs);
        return new Refused(HttpRefusal.RATE_LIMITED, requestId);
    }

    private Admission denied(HttpServerRequest request, HttpRefusal why, Optional<TokenDefect> defect) {
        return new Refused(
                why,
                Optional.of(audit.refused(
                        EventName.WS_AUTH_FAILURE, request, why, Optional.empty(), defect.map(TokenDefect::id))));
    }

    private static HttpRefusal answerTo(AuthRefusal why) {
        return switch (why) {
            case INVALID_TOKEN -> HttpRefusal.INVALID_TOKEN;
            case EXPIRED_TOKEN -> HttpRefusal.EXPIRED_TOKEN;
            case REVOKED_TOKEN -> HttpRefusal.REVOKED_TOKEN;
        };
    }
}
