package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Decides who may call the operations of one security scheme. */
@FunctionalInterface
public interface OperationGuard {
    /** Empty if the request is admitted. A failed future is answered with {@link HttpRefusal#UNAVAILABLE}. */
    Future<Optional<HttpRefusal>> check(HttpServerRequest request);
}
