package dev.portcullis.http.routing;

import dev.portcullis.http.CorsRule;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/** The rules for requests from pages of other sites to the operations of one listener. */
record CrossOrigin(Optional<CorsRule> rule) {

    /** A page of another site must not change anything with the credentials of its visitor (CWE-352). */
    boolean isForeign(HttpServerRequest request) {
        return rule.isPresent()
                && request.headers().contains(HttpHeaders.ORIGIN)
                && allowedOrigin(request).isEmpty();
    }

    Optional<String> allowedOrigin(HttpServerRequest request) {
        return rule.flatMap(each -> each.allowed(request.headers().getAll(HttpHeaders.ORIGIN)));
    }

    /** Lets the page read the answer, if its origin is allowed. */
    void allow(HttpServerRequest request, boolean withCookies) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.VARY, "Origin");
        allowedOrigin(request).ifPresent(origin -> {
            allow(response, origin, withCookies);
            response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After, Proof-Of-Work");
        });
    }

    static void allow(HttpServerResponse response, String origin, boolean withCookies) {
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if (withCookies) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
    }
}
