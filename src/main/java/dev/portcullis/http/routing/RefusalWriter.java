package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.protocol.Rejection.Violation;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.BiFunction;

/** Answers refused requests, and ends the connections of those that may have unread bytes. */
final class RefusalWriter {
    private final HttpResponses responses;
    private final BiFunction<HttpServerRequest, HttpRefusal, String> auditRefusal;
    private final List<HttpMethod> safeMethods;

    /** @param safeMethods the methods of requests without a body, which leave nothing unread when they are refused */
    RefusalWriter(
            HttpResponses responses,
            BiFunction<HttpServerRequest, HttpRefusal, String> auditRefusal,
            List<HttpMethod> safeMethods) {
        this.responses = responses;
        this.auditRefusal = auditRefusal;
        this.safeMethods = List.copyOf(safeMethods);
    }

    HttpResponses responses() {
        return responses;
    }

    /** Closes the connection after the answer, since the rest of a refused request is not read. */
    void refuse(HttpServerRequest request, HttpRefusal why) {
        if (safeMethods.contains(request.method()) && why != HttpRefusal.BAD_REQUEST) {
            refuseRead(request, why, List.of());
            return;
        }
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        responses
                .refuse(request, why, auditRefusal.apply(request, why))
                .onComplete(sent -> request.connection().close());
    }

    /** Refuses a request that was read to its end: its connection can go on. */
    void refuseRead(HttpServerRequest request, HttpRefusal why, List<Violation> details) {
        if (why == HttpRefusal.UNAUTHORIZED) {
            request.response().putHeader("WWW-Authenticate", "Bearer"); // RFC 9110 section 15.5.2
        }
        var unused = responses.refuse(request, why, auditRefusal.apply(request, why), details);
    }
}
