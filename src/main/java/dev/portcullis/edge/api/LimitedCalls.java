package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.CallFailures;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.RateLimiter;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Calls of users, each of which counts for its user before anything is done. */
public final class LimitedCalls {
    private static final long AGAIN_MS = 1_000;

    private final RateLimiter limiter;
    private final ApiAudit audit;

    public LimitedCalls(RateLimiter limiter, ApiAudit audit) {
        this.limiter = limiter;
        this.audit = audit;
    }

    /** A call of a user who is within the limits. */
    public interface Call {
        void handle(ApiRequest request, Sender by);
    }

    /** A call that counts like a frame of this type. */
    public Handler<ApiRequest> like(FrameType type, Call call) {
        return limited(by -> limiter.admitCall(by, type), call);
    }

    /** A call that counts as nothing else. */
    public Handler<ApiRequest> as(CallAction action, Call call) {
        return limited(by -> limiter.admitCall(by, action), call);
    }

    private Handler<ApiRequest> limited(Function<Sender, Future<Verdict>> admit, Call call) {
        return request -> {
            Sender by = sender(request.caller(ApiUser.class).claims());
            admit.apply(by)
                    .onSuccess(verdict -> verdict.fold(
                            () -> {
                                if (request.mayHaveWaited()) {
                                    request.refuse(HttpRefusal.UNAVAILABLE);
                                } else {
                                    call.handle(request, by);
                                }
                                return true;
                            },
                            why -> {
                                refuse(request, by, why);
                                return true;
                            }))
                    .onFailure(failure -> unavailable(request, failure));
        };
    }

    /** A call belongs to no session. */
    private static Sender sender(TokenClaims claims) {
        return new Sender(claims.userId(), claims.username(), claims.role(), claims.rooms(), "");
    }

    /** A refusal of a stage that was asked as for a frame. */
    public void refuse(ApiRequest request, Sender by, Rejection why) {
        why.fold(
                limited -> {
                    HttpResponses.retryAfter(request.http().response(), limited.retryAfterMs());
                    String detail =
                            limited.scope().id() + "/" + limited.window().id();
                    refuse(request, by, HttpRefusal.RATE_LIMITED, List.of(), Optional.of(detail));
                    return true;
                },
                failed -> {
                    refuse(
                            request,
                            by,
                            statusOf(failed.reason()),
                            failed.details().stream()
                                    .map(detail -> new Violation("", detail.rule())) // a path is of the frame
                                    .toList(),
                            Optional.of(failed.reason().id()));
                    return true;
                });
    }

    public void refuse(
            ApiRequest request, Sender by, HttpRefusal why, List<Violation> details, Optional<String> detail) {
        if (why == HttpRefusal.UNAVAILABLE) {
            HttpResponses.retryAfter(request.http().response(), AGAIN_MS);
        }
        request.refuse(
                why,
                details,
                audit.refused(EventName.HTTP_REFUSED, request.http(), why, Optional.of(by.userId()), detail));
    }

    public static void unavailable(ApiRequest request, Throwable failure) {
        CallFailures.log(failure);
        HttpResponses.retryAfter(request.http().response(), AGAIN_MS);
        request.refuse(HttpRefusal.UNAVAILABLE);
    }

    /** A room that the user may not enter and one that does not exist are the same (CWE-204). */
    private static HttpRefusal statusOf(Reason why) {
        return switch (why) {
            case NOT_MEMBER, NOT_FOUND -> HttpRefusal.NOT_FOUND;
            case CONFLICT -> HttpRefusal.CONFLICT;
            case FORBIDDEN, RESTRICTED, CSRF_FAILED -> HttpRefusal.FORBIDDEN;
            default -> HttpRefusal.UNAVAILABLE;
        };
    }
}
