package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.OperationGuard.Caller;
import dev.portcullis.protocol.Rejection.Violation;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A request that fits its operation: its parameters and its body have passed their schemas. */
public final class ApiRequest {
    private final Responder responder;
    private final HttpServerRequest http;
    private final Map<String, Object> parameters;
    private final @Nullable Fields body;
    private final Optional<Caller> caller;
    private final BooleanSupplier waited;

    ApiRequest(
            Responder responder,
            HttpServerRequest http,
            Map<String, Object> parameters,
            @Nullable Fields body,
            Optional<Caller> caller,
            BooleanSupplier waited) {
        this.responder = responder;
        this.http = http;
        this.parameters = parameters;
        this.body = body;
        this.caller = caller;
        this.waited = waited;
    }

    public HttpServerRequest http() {
        return http;
    }

    /** Whether it is a write that may have waited, by now. To be asked before a step behind one that took time. */
    public boolean mayHaveWaited() {
        return waited.getAsBoolean();
    }

    /** A required parameter that is a string. */
    public String text(String name) {
        return textIn(name).orElseThrow();
    }

    public Optional<String> textIn(String name) {
        return parameters.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    public Optional<Long> numberIn(String name) {
        return parameters.get(name) instanceof Long number ? Optional.of(number) : Optional.empty();
    }

    public Optional<Boolean> flagIn(String name) {
        return parameters.get(name) instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
    }

    /** The caller; only for an operation with a guard, whose kind of caller this is. */
    public <C extends Caller> C caller(Class<C> kind) {
        return kind.cast(caller.orElseThrow());
    }

    /** The body; only for an operation that declares one. */
    public Fields body() {
        return Objects.requireNonNull(body, "the operation has no body");
    }

    public Future<Void> send(int status, String contentType, Buffer content) {
        return responder.responses().send(http, status, contentType, content);
    }

    /** Answers with a page of our own, which may load what its origin serves. */
    Future<Void> sendPage(int status, String contentType, Buffer page) {
        return responder.responses().sendPage(http, status, contentType, page);
    }

    Future<Void> sendPageUnchanged() {
        return responder.responses().sendPageUnchanged(http);
    }

    /** The response with the security headers, for content that the caller streams. */
    public HttpServerResponse response() {
        return responder.responses().protectedResponse(http);
    }

    /** Tells a client that waits for it to send its body; only where that is streamed, before it is read. */
    public void inviteBody() {
        if (Expectation.isContinue(http)) {
            var unused = http.response().writeContinue();
        }
    }

    /** Answers without content. */
    public Future<Void> send(int status) {
        return responder
                .responses()
                .protectedResponse(http)
                .setStatusCode(status)
                .end();
    }

    /** @param details the violations of the body or of a parameter, in the form of a schema's violations */
    public void refuse(HttpRefusal why, List<Violation> details) {
        responder.refuse(http, why, details);
    }

    /** Headers of the refusal, such as {@code Retry-After}, must be set on the response before. */
    public void refuse(HttpRefusal why) {
        responder.refuse(http, why);
    }

    /** @param requestId of the audit event of this refusal, which the caller has written */
    public void refuse(HttpRefusal why, List<Violation> details, String requestId) {
        responder.refuse(http, why, details, requestId);
    }
}
