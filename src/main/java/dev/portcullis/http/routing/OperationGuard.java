package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Decides who may call the operations of one security scheme. */
@FunctionalInterface
public interface OperationGuard {
    /** A failed future is answered with {@link HttpRefusal#UNAVAILABLE}. */
    Future<Result<Caller, Refused>> check(HttpServerRequest request);

    /** Whether the request brings what may be a proof of a user, who pays for it then. */
    default boolean isClaim(HttpServerRequest request) {
        return false;
    }

    /** The caller of a request, as the guard knows it. A guard has one kind of caller, which its operations ask for. */
    interface Caller {
        /** The key under which the bodies of the caller count, other than any address. Empty if they count for its address. */
        Optional<String> payer();
    }

    /**
     * The request is refused.
     *
     * @param requestId of the audit event that tells the cause; empty if the guard has written none
     */
    record Refused(HttpRefusal why, Optional<String> requestId) {
        public Refused(HttpRefusal why) {
            this(why, Optional.empty());
        }
    }
}
