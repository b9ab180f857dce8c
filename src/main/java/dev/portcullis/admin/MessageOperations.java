package dev.portcullis.admin;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.broadcast.server.ServerOutcome;
import dev.portcullis.broadcast.server.SystemMessage;
import dev.portcullis.events.EventJudge;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.contract.InputSchema.Malformed;
import dev.portcullis.http.routing.CallFailures;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Target;
import dev.portcullis.resilience.MonotonicClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The messages of the application's server. A call has one message, and its outcome is the status; or a list of them, each
 * with an outcome of its own. Each call is one audit event, without any text.
 */
final class MessageOperations {
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;

    private final ServerDirectory server;
    private final ServerCallsConfig config;
    private final PublishBudget budget;
    private final EventJudge judge;

    MessageOperations(ServerDirectory server, ServerCallsConfig config) {
        this.server = server;
        this.judge = server.events();
        this.config = config;
        this.budget = new PublishBudget(config.perSecond(), config.inFlight(), MonotonicClock.millis());
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("sendToRoom", this::sendToRoom).bind("sendToUser", this::sendToUser);
    }

    private void sendToRoom(OperatorCall call) {
        send(call, new Target.ToRoom(call.room()), "room:" + call.room().value());
    }

    /** No one reads the inbox of a reserved id. */
    private void sendToUser(OperatorCall call) {
        call.ifUser(user -> send(call, new Target.ToUser(user), "user:" + user.value()));
    }

    private void send(OperatorCall call, Target to, String resource) {
        List<Result<Fields, Malformed>> list = call.body().each("messages");
        int count = Math.max(1, list.size());
        OptionalLong wait = budget.take(count, MonotonicClock.millis());
        if (wait.isPresent()) {
            call.refuseFor(wait.getAsLong());
            return;
        }
        Vertx vertx = Objects.requireNonNull(Vertx.currentContext()).owner();
        JudgingTurns turns = new JudgingTurns(
                System::nanoTime, () -> vertx.timer(1, TimeUnit.MILLISECONDS).mapEmpty());
        ServerCall.judge(call.body(), list, call.request().textIn("Idempotency-Key"), new EventBodies(judge, to), turns)
                .onComplete(judged -> publish(call, judged, to, resource, count), failure -> {
                    budget.release(count);
                    CallFailures.log(failure);
                    call.request().refuse(HttpRefusal.INTERNAL);
                });
    }

    private void publish(OperatorCall call, ServerCall judged, Target to, String resource, int count) {
        if (call.request().mayHaveWaited()) {
            budget.release(count);
            call.request().refuse(HttpRefusal.UNAVAILABLE);
            return;
        }
        List<SystemMessage> messages = judged.messages();
        Future<List<ServerOutcome>> published = messages.isEmpty()
                ? Future.succeededFuture(List.of())
                : server.publisher().publish(to, messages, config.undelivered());
        published.onComplete(done -> {
            budget.release(count);
            List<ServerOutcome> outcomes = judged.outcomes(done.result());
            String requestId = record(call, resource, outcomes);
            if (judged.single()) {
                answer(call, outcomes.get(0), requestId);
            } else {
                List<Map<String, Object>> results =
                        outcomes.stream().map(MessageOperations::fields).toList();
                call.send(Map.of("results", results));
            }
        });
    }

    /** @return the request id of the event */
    private String record(OperatorCall call, String resource, List<ServerOutcome> outcomes) {
        List<Rejection> refusals = outcomes.stream()
                .flatMap(each ->
                        each
                                .<Optional<Rejection>>fold(stored -> Optional.empty(), Optional::empty, Optional::of)
                                .stream())
                .toList();
        outcomes.forEach(each ->
                server.sent().accept(each.fold(stored -> SentMessage.STORED, () -> SentMessage.SENT, SentMessage::of)));
        String requestId = RequestId.next();
        AuditEvent event = call.event(EventName.ADMIN_PUBLISHED)
                .requestId(requestId)
                .resource(resource)
                .messageCount(outcomes.size() - refusals.size());
        call.record(
                refusals.stream().findFirst().map(why -> event.reason(why.id())).orElse(event));
        return requestId;
    }

    private static void answer(OperatorCall call, ServerOutcome outcome, String requestId) {
        outcome.<Runnable>fold(
                        stored -> () -> call.send(CREATED, fields(outcome)),
                        () -> () -> call.send(ACCEPTED, fields(outcome)),
                        why -> () -> call.request().refuse(status(why), details(why), requestId))
                .run();
    }

    private static HttpRefusal status(Rejection why) {
        return why.fold(limited -> HttpRefusal.RATE_LIMITED, failed -> status(failed.reason()));
    }

    private static HttpRefusal status(Reason reason) {
        return switch (reason) {
            case VALIDATION_FAILED -> HttpRefusal.VALIDATION_FAILED;
            case MESSAGE_TOO_LARGE -> HttpRefusal.MESSAGE_TOO_LARGE;
            case CONFLICT, RESTRICTED -> HttpRefusal.CONFLICT;
            case NOT_FOUND, NOT_MEMBER -> HttpRefusal.NOT_FOUND;
            default -> HttpRefusal.UNAVAILABLE;
        };
    }

    /** A user who does not take what waits is told apart from a used key. */
    private static List<Violation> details(Rejection why) {
        return why.fold(
                limited -> List.of(),
                failed -> failed.reason() == Reason.RESTRICTED
                        ? List.of(new Violation("/userId", "backlog"))
                        : failed.details());
    }

    private static Map<String, Object> fields(ServerOutcome outcome) {
        Map<String, Object> fields = new LinkedHashMap<>();
        return outcome.fold(
                stored -> {
                    fields.put("messageId", stored.messageId());
                    fields.put("epoch", stored.position().epoch());
                    fields.put("seq", stored.position().seq());
                    return fields;
                },
                () -> fields,
                why -> {
                    Map<String, Object> error = new LinkedHashMap<>();
                    error.put("reason", why.id());
                    if (!details(why).isEmpty()) {
                        error.put("details", HttpResponses.fields(details(why)));
                    }
                    fields.put("error", error);
                    return fields;
                });
    }
}
