package dev.portcullis.edge.api;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.OperationGuard.Caller;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.RateLimiter;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes a call of each request. Most count for their user before anything is done. */
public final class ApiCalls {
    private final RateLimiter limiter;
    private final ApiAudit audit;

    /** The user who calls, by a verified token. */
    public record ApiUser(TokenClaims claims) implements Caller {
        @Override
        public Optional<String> payer() {
            return Optional.of("user " + claims.userId().value());
        }
    }

    public ApiCalls(RateLimiter limiter, ApiAudit audit) {
        this.limiter = limiter;
        this.audit = audit;
    }

    /** A call of a user that counts like a frame of this type. */
    public Handler<ApiRequest> like(FrameType type, Consumer<ApiCall> call) {
        return limited(by -> limiter.admitCall(by, type), call);
    }

    /** A call of a user that counts as nothing else. */
    public Handler<ApiRequest> as(CallAction action, Consumer<ApiCall> call) {
        return limited(by -> limiter.admitCall(by, action), call);
    }

    private Handler<ApiRequest> limited(Function<Sender, Future<Verdict>> admit, Consumer<ApiCall> call) {
        return ofUser(limited -> limited.ifGranted(admit.apply(limited.by()), () -> call.accept(limited)));
    }

    /** A call of a user that the limits of passwords bound, or that needs no limit. */
    Handler<ApiRequest> ofUser(Consumer<ApiCall> call) {
        return request -> {
            TokenClaims caller = request.caller(ApiUser.class).claims();
            call.accept(new ApiCall(request, Optional.of(caller), audit));
        };
    }

    /** A call that needs no access token. */
    Handler<ApiRequest> ofAnyone(Consumer<ApiCall> call) {
        return request -> call.accept(new ApiCall(request, Optional.empty(), audit));
    }
}
