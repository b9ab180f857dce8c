package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.OperationGuard.Refused;
import dev.portcullis.protocol.Rejection.Violation;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Answers requests. Every refusal passes here: one status, one audit event.
 *
 * @param auditRefusal writes an audit event of the refusal and returns its request id
 */
record Responder(HttpResponses responses, BiFunction<HttpServerRequest, HttpRefusal, String> auditRefusal) {

    /** Refuses a request that was read to its end: its connection can go on. */
    void refuse(HttpServerRequest request, HttpRefusal why) {
        refuse(request, why, List.of());
    }

    void refuse(HttpServerRequest request, HttpRefusal why, List<Violation> details) {
        var unused = send(request, why, details);
    }

    void refuse(HttpServerRequest request, Refused refusal) {
        var unused = send(request, refusal);
    }

    /** @param requestId of the audit event, which the caller has written */
    void refuse(HttpServerRequest request, HttpRefusal why, List<Violation> details, String requestId) {
        var unused = send(request, why, details, requestId);
    }

    void refuseAndClose(HttpServerRequest request, HttpRefusal why) {
        refuseAndClose(request, why, List.of());
    }

    /** Closes the connection after the answer, since the rest of a refused request is not read. */
    void refuseAndClose(HttpServerRequest request, HttpRefusal why, List<Violation> details) {
        close(request, () -> send(request, why, details));
    }

    void refuseAndClose(HttpServerRequest request, Refused refusal) {
        close(request, () -> send(request, refusal));
    }

    private static void close(HttpServerRequest request, Supplier<Future<Void>> answer) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        answer.get().onComplete(sent -> request.connection().close());
    }

    private Future<Void> send(HttpServerRequest request, Refused refusal) {
        String requestId = refusal.requestId().orElseGet(() -> auditRefusal.apply(request, refusal.why()));
        return send(request, refusal.why(), List.of(), requestId);
    }

    private Future<Void> send(HttpServerRequest request, HttpRefusal why, List<Violation> details) {
        return send(request, why, details, auditRefusal.apply(request, why));
    }

    private Future<Void> send(HttpServerRequest request, HttpRefusal why, List<Violation> details, String requestId) {
        why.challenge().ifPresent(challenge -> request.response().putHeader("WWW-Authenticate", challenge));
        return responses.refuse(request, why, requestId, details);
    }
}
