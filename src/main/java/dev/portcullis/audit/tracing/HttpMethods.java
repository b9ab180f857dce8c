package dev.portcullis.audit.tracing;

import io.vertx.core.http.HttpMethod;
import java.util.Set;

/** The methods of HTTP as a span names them. A client may invent others, which would be names without end (CWE-770). */
final class HttpMethods {
    private static final Set<String> KNOWN =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE");

    private HttpMethods() {}

    static String name(HttpMethod method) {
        return KNOWN.contains(method.name()) ? method.name() : "_OTHER";
    }
}
