package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.contract.Operation;
import dev.portcullis.http.routing.OperationGuard.Caller;
import dev.portcullis.protocol.Reason;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request whose head is in order: what is left are its body, its guard and its handler. */
final class OperationCall {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private final Responder responder;
    private final Optional<BodyReader> bodies;
    private final HttpServerRequest request;
    private final BoundOperation bound;
    private final Map<String, Object> parameters;
    private final BooleanSupplier waited;
    private final Consumer<HttpRefusal> unreadable;

    /**
     * @param waited whether it is a write that may have waited, by now: its body and its guard take time
     * @param unreadable answers a request whose body can't be read
     */
    OperationCall(
            Responder responder,
            Optional<BodyReader> bodies,
            HttpServerRequest request,
            BoundOperation bound,
            Map<String, Object> parameters,
            BooleanSupplier waited,
            Consumer<HttpRefusal> unreadable) {
        this.responder = responder;
        this.bodies = bodies;
        this.request = request;
        this.bound = bound;
        this.parameters = parameters;
        this.waited = waited;
        this.unreadable = unreadable;
    }

    /**
     * A body of one who is not admitted takes no memory (CWE-400), nor the place of those who are. A client that asks before it
     * sends its body is not invited to send one for nothing (RFC 9110 section 10.1.1). A body that is streamed waits until its
     * handler reads it.
     */
    void serve() {
        boolean waits = bound.operation().streamed() || bound.operation().body().isPresent();
        if (waits) {
            request.pause();
        }
        bound.admit(request, this::admitted, refusal -> {
            if (waits) {
                responder.refuseAndClose(request, refusal);
            } else {
                responder.refuse(request, refusal);
            }
        });
    }

    private void admitted(Optional<Caller> caller) {
        bound.operation().body().ifPresentOrElse(body -> read(body, caller), () -> call(null, caller));
    }

    private void read(Operation.Body body, Optional<Caller> caller) {
        bodies.orElseThrow()
                .read(
                        request,
                        body.maxBytes(),
                        caller.flatMap(Caller::payer),
                        received -> judged(body, received, caller).run(),
                        unreadable);
        request.resume();
    }

    /** Judges a body, and returns the next step. Its bytes are no longer needed then. */
    private Runnable judged(Operation.Body body, BodyReader.Received received, Optional<Caller> caller) {
        try {
            return body.schema()
                    .read(body.required() || received.bytes().length > 0 ? received.bytes() : EMPTY_OBJECT)
                    .fold(
                            fields -> (Runnable) () -> call(fields, caller),
                            malformed -> () ->
                                    responder.refuse(request, refusalOf(malformed.reason()), malformed.details()));
        } finally {
            received.release().run();
        }
    }

    private static HttpRefusal refusalOf(Reason reason) {
        return reason == Reason.INVALID_JSON ? HttpRefusal.INVALID_JSON : HttpRefusal.VALIDATION_FAILED;
    }

    private void call(@Nullable Fields body, Optional<Caller> caller) {
        if (waited.getAsBoolean()) {
            responder.refuseAndClose(request, HttpRefusal.UNAVAILABLE);
            return;
        }
        try {
            bound.handler().handle(new ApiRequest(responder, request, parameters, body, caller, waited));
        } catch (RuntimeException bug) {
            if (!request.response().headWritten()) {
                responder.refuse(request, HttpRefusal.INTERNAL);
            }
            throw bug; // Vert.x logs it
        }
    }
}
