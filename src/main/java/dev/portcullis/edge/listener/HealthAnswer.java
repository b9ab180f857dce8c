package dev.portcullis.edge.listener;

import dev.portcullis.http.HttpResponses;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.BooleanSupplier;

/**
 * Tells a load balancer whether this node takes clients, by the status alone. Its check comes without TLS, without a Host that
 * would mean anything, and from an address of its own, so it is answered before the checks that concern clients.
 */
public record HealthAnswer(BooleanSupplier ready, HttpResponses responses) {
    /** The path that the listener for operators has too. */
    static final String PATH = "/health/ready";

    private static final int READY = 200;
    private static final int UNREADY = 503;
    private static final int METHOD_NOT_ALLOWED = 405;

    boolean answers(HttpServerRequest request) {
        return PATH.equals(request.path());
    }

    void handle(HttpServerRequest request) {
        HttpServerResponse response = responses.protectedResponse(request);
        boolean asks =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (asks) {
            response.setStatusCode(ready.getAsBoolean() ? READY : UNREADY);
            response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        } else {
            response.setStatusCode(METHOD_NOT_ALLOWED).putHeader(HttpHeaders.ALLOW, "GET, HEAD");
        }
        var unused = response.end();
    }
}
