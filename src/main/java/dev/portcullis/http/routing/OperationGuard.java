package dev.portcullis.http.routing;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/** Decides who may call the operations of one security scheme. */
@FunctionalInterface
public interface OperationGuard {
    /** A failed future is answered with {@link dev.portcullis.http.HttpRefusal#UNAVAILABLE}. */
    Future<Admission> check(HttpServerRequest request);

    /** Whether the request brings what may be a proof of a user, who pays for it then. */
    default boolean isClaim(HttpServerRequest request) {
        return false;
    }
}
