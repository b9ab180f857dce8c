package dev.portcullis.http;

import dev.portcullis.protocol.Verdict;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;

/** Decides which pages may read a response: those that may also connect. */
public final class CrossOrigin {
    private final OriginRule origins;

    public CrossOrigin(OriginRule origins) {
        this.origins = origins;
    }

    /**
     * The value of {@code Access-Control-Allow-Origin}, never {@code *}; empty if the request has no origin, or one
     * that is not allowed.
     */
    public Optional<String> allowed(List<String> originLines) {
        Verdict verdict = origins.judge(originLines, false);
        return verdict.fold(() -> originLines.stream().findFirst(), refused -> Optional.empty());
    }

    /** As {@link #allowed(List)}, of a request. */
    public Optional<String> allowed(HttpServerRequest request) {
        return allowed(request.headers().getAll(HttpHeaders.ORIGIN));
    }

    /** @return the origin of the page that may read the answer, if there is one */
    public Optional<String> allow(HttpServerRequest request, boolean withCookies) {
        Optional<String> allowed = allowed(request);
        HttpServerResponse response = request.response().putHeader(HttpHeaders.VARY, "Origin");
        allowed.ifPresent(origin -> {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if (withCookies) {
                response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            }
        });
        return allowed;
    }

    /** Tells a browser which requests a page may send, and for how long it may remember that. */
    public static void preflight(HttpServerResponse response, String methods, String headers) {
        var unused = response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers)
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600")
                .end();
    }
}
