package dev.portcullis.http;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.Rejection.Violation;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Writes responses with the security headers. */
public final class HttpResponses {
    public static final String JSON = "application/json";

    private static final int NOT_MODIFIED = 304;

    private final ClientAddress proxies;
    private final Predicate<HttpServerRequest> tls;

    public HttpResponses(ClientAddress proxies) {
        this(proxies, HttpServerRequest::isSSL);
    }

    /** @param tls whether the client of a request speaks TLS with us, or with a proxy that says so for the connection */
    public HttpResponses(ClientAddress proxies, Predicate<HttpServerRequest> tls) {
        this.proxies = proxies;
        this.tls = tls;
    }

    public Future<Void> send(HttpServerRequest request, int status, String contentType, Buffer body) {
        return end(request, protectedResponse(request).setStatusCode(status), contentType, body);
    }

    /** Sends a page of our own, which may load what its origin serves. */
    public Future<Void> sendPage(HttpServerRequest request, int status, String contentType, Buffer page) {
        return end(request, pageResponse(request).setStatusCode(status), contentType, page);
    }

    /**
     * Says that the browser's copy of a page is the newest. Headers of this answer replace those of the copy (RFC 9111
     * section 3.2), its policy among them.
     */
    public Future<Void> sendPageUnchanged(HttpServerRequest request) {
        return pageResponse(request).setStatusCode(NOT_MODIFIED).end();
    }

    /** The answer to HEAD has all headers of that to GET, and no content (RFC 9110 section 9.3.2). */
    private static Future<Void> end(
            HttpServerRequest request, HttpServerResponse response, String contentType, Buffer content) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        return request.method().equals(HttpMethod.HEAD)
                ? response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(content.length()))
                        .end()
                : response.end(content);
    }

    private HttpServerResponse pageResponse(HttpServerRequest request) {
        HttpServerResponse response = protectedResponse(request);
        SecurityHeaders.ONLY_OF_PAGES.forEach(response::putHeader);
        return response;
    }

    /** Headers of the refusal, such as {@code Retry-After}, must be set on the response before. */
    public Future<Void> refuse(HttpServerRequest request, HttpRefusal why, String requestId) {
        return refuse(request, why, requestId, List.of());
    }

    /** @param details the violations of the request's body, or of its parameters */
    public Future<Void> refuse(HttpServerRequest request, HttpRefusal why, String requestId, List<Violation> details) {
        Buffer body = Buffer.buffer(errorBody(why, requestId, details));
        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        return send(request, why.status(), JSON, body);
    }

    /** No server internals, and an id for finding it in the log. */
    private static String errorBody(HttpRefusal why, String requestId, List<Violation> details) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("reason", why.id());
        error.put("message", why.sentence());
        error.put("requestId", requestId);
        if (!details.isEmpty()) {
            error.put("details", fields(details));
        }
        return Json.write(Map.of("error", error));
    }

    public static List<Map<String, Object>> fields(List<Violation> details) {
        return details.stream().map(HttpResponses::fields).toList();
    }

    private static Map<String, Object> fields(Violation violation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("path", violation.path());
        fields.put("rule", violation.rule());
        return fields;
    }

    /** Tells a client when to try again: in whole seconds, rounded up, so that one who waits that long passes. */
    public static void retryAfter(HttpServerResponse response, long waitMs) {
        response.putHeader("Retry-After", Long.toString(Math.max(1, (waitMs + 999) / 1_000)));
    }

    /** Offers a client work that gets it a better turn, as an item of RFC 8941 with a parameter. */
    public static void proofOfWork(HttpServerResponse response, String challenge, int bits) {
        response.putHeader("Proof-Of-Work", "\"" + challenge + "\";bits=" + bits);
    }

    /** For responses that the caller writes. */
    public HttpServerResponse protectedResponse(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        SecurityHeaders.of(isSecure(request)).forEach(response::putHeader);
        return response;
    }

    public boolean isSecure(HttpServerRequest request) {
        return proxies.isSecure(tls.test(request), request);
    }
}
