package dev.portcullis.http.routing;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/** The expectation of a request before it sends its body (RFC 9110 section 10.1.1). */
final class Expectation {
    private static final String NAME = "Expect";
    private static final String CONTINUE = "100-continue";

    private Expectation() {}

    /** Whether it expects what this server does not know. */
    static boolean isUnknown(HttpServerRequest request) {
        return lines(request).stream().anyMatch(each -> !each.equalsIgnoreCase(CONTINUE));
    }

    /** Whether the client may wait for an interim response. A client of HTTP/1.0 does not know any. */
    static boolean isContinue(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_1_0 && !lines(request).isEmpty();
    }

    private static List<String> lines(HttpServerRequest request) {
        return request.headers().getAll(NAME);
    }
}
