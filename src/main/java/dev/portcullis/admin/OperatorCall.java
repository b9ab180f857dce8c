package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of an operator: how it is answered, and which event that leaves. */
final class OperatorCall {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorCall.class);
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final ApiRequest request;
    private final Audit audit;

    private OperatorCall(ApiRequest request, Audit audit) {
        this.request = request;
        this.audit = audit;
    }

    /** Binds the calls of operators. */
    record Routes(RouterBuilder router, Audit audit) {
        Routes bind(String id, Consumer<OperatorCall> call) {
            router.bind(id, request -> call.accept(new OperatorCall(request, audit)));
            return this;
        }
    }

    ApiRequest request() {
        return request;
    }

    Fields body() {
        return request.body();
    }

    RoomId room() {
        return new RoomId(request.text("roomId"));
    }

    UserId user() {
        return new UserId(request.text("userId"));
    }

    /** Goes on with the user of the path. No user has a reserved id, and what was given to {@code deleted} must stay. */
    void ifUser(Consumer<UserId> then) {
        ifFound(Optional.of(user()).filter(user -> !UserId.isReserved(user.value())), then);
    }

    <T> void ifFound(Optional<T> found, Consumer<T> then) {
        found.ifPresentOrElse(then, () -> request.refuse(HttpRefusal.NOT_FOUND));
    }

    /** Goes on with the answer of a stage, or of the store. If there is none, nothing is known to be done. */
    <T> void then(Future<T> asked, Consumer<T> then) {
        asked.onComplete(then::accept, failure -> request.refuse(logged(HttpRefusal.UNAVAILABLE, failure)));
    }

    /** Records what was done, if there was something to do it to. */
    void done(Future<Boolean> asked, AuditEvent event) {
        then(asked, found -> ifFound(Optional.of(event).filter(any -> found), this::done));
    }

    void done(AuditEvent event) {
        record(event);
        var unused = request.send(NO_CONTENT);
    }

    void send(Map<String, Object> body) {
        send(OK, body);
    }

    void send(int status, Map<String, Object> body) {
        var unused = request.send(status, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
    }

    void send(Buffer json) {
        var unused = request.send(OK, HttpResponses.JSON, json);
    }

    /** The node does as many of these as it may. */
    void refuseFor(long waitMs) {
        HttpResponses.retryAfter(request.http().response(), waitMs);
        request.refuse(HttpRefusal.RATE_LIMITED);
    }

    /** An event about this call, which names the operator. */
    AuditEvent event(EventName name) {
        return AuditEvent.of(name)
                .ip(request.http().remoteAddress().hostAddress())
                .detail(request.caller(Operator.class).id());
    }

    void record(AuditEvent event) {
        audit.event(event);
    }

    /** @return the answer */
    static HttpRefusal logged(HttpRefusal answer, Throwable failure) {
        LOG.atWarn()
                .addKeyValue("event", "admin.failed")
                .addKeyValue("reason", answer.id())
                .setCause(failure)
                .log("an operator's request failed");
        return answer;
    }
}
