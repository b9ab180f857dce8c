package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.broadcast.server.ServerOutcome;
import dev.portcullis.broadcast.server.SystemMessage;
import dev.portcullis.config.Json;
import dev.portcullis.events.EventJudge;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.InputSchema.Result;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.CallFailures;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;

    private final ServerDirectory server;
    private final ServerCallsConfig config;
    private final Audit audit;
    private final PublishBudget budget;
    private final EventJudge judge;

    MessageOperations(ServerDirectory server, ServerCallsConfig config, Audit audit) {
        this.server = server;
        this.judge = server.events().newJudge();
        this.config = config;
        this.audit = audit;
        this.budget = config.budget(System.nanoTime());
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("sendToRoom", this::sendToRoom).bind("sendToUser", this::sendToUser);
    }

    private void sendToRoom(ApiRequest request) {
        RoomId room = new RoomId(request.text("roomId"));
        send(request, new Target.ToRoom(room), "room:" + room.value());
    }

    /** No one reads the inbox of a reserved id. */
    private void sendToUser(ApiRequest request) {
        UserId user = new UserId(request.text("userId"));
        if (UserId.isReserved(user.value())) {
            request.refuse(HttpRefusal.NOT_FOUND);
        } else {
            send(request, new Target.ToUser(user), "user:" + user.value());
        }
    }

    private void send(ApiRequest request, Target to, String resource) {
        List<Result> list = request.body().each("messages");
        int count = Math.max(1, list.size());
        OptionalLong wait = budget.take(count, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        if (wait.isPresent()) {
            long seconds = Math.max(1, TimeUnit.MILLISECONDS.toSeconds(wait.getAsLong() + 999));
            request.http().response().putHeader("Retry-After", String.valueOf(seconds));
            request.refuse(HttpRefusal.RATE_LIMITED);
            return;
        }
        Vertx vertx = Objects.requireNonNull(Vertx.currentContext()).owner();
        JudgingTurns turns = new JudgingTurns(
                System::nanoTime, () -> vertx.timer(1, TimeUnit.MILLISECONDS).mapEmpty());
        ServerCall.judge(request.body(), list, request.textIn("Idempotency-Key"), new EventBodies(judge, to), turns)
                .onComplete(call -> publish(request, call, to, resource, count), failure -> {
                    budget.release(count);
                    CallFailures.log(failure);
                    request.refuse(HttpRefusal.INTERNAL);
                });
    }

    private void publish(ApiRequest request, ServerCall call, Target to, String resource, int count) {
        if (request.mayHaveWaited()) {
            budget.release(count);
            request.refuse(HttpRefusal.UNAVAILABLE);
            return;
        }
        List<SystemMessage> messages = call.messages();
        Future<List<ServerOutcome>> published = messages.isEmpty()
                ? Future.succeededFuture(List.of())
                : server.publisher().publish(to, messages, config.undelivered());
        published.onComplete(done -> {
            budget.release(count);
            List<ServerOutcome> outcomes = call.outcomes(done.result());
            String requestId = record(request, resource, outcomes);
            if (call.single()) {
                answer(request, outcomes.get(0), requestId);
            } else {
                List<Map<String, Object>> results =
                        outcomes.stream().map(MessageOperations::fields).toList();
                send(request, OK, Map.of("results", results));
            }
        });
    }

    /** @return the request id of the event */
    private String record(ApiRequest request, String resource, List<ServerOutcome> outcomes) {
        List<Rejection> refusals = outcomes.stream()
                .flatMap(each ->
                        each
                                .<Optional<Rejection>>fold(stored -> Optional.empty(), Optional::empty, Optional::of)
                                .stream())
                .toList();
        outcomes.forEach(each ->
                server.sent().accept(each.fold(stored -> SentMessage.STORED, () -> SentMessage.SENT, SentMessage::of)));
        String requestId = RequestId.next();
        AuditEvent event = AuditEvent.of(EventName.ADMIN_PUBLISHED)
                .requestId(requestId)
                .ip(request.http().remoteAddress().hostAddress())
                .resource(resource)
                .messageCount(outcomes.size() - refusals.size())
                .detail(request.caller(Operator.class).id());
        audit.event(
                refusals.stream().findFirst().map(why -> event.reason(why.id())).orElse(event));
        return requestId;
    }

    private static void answer(ApiRequest request, ServerOutcome outcome, String requestId) {
        outcome.<Runnable>fold(
                        stored -> () -> send(request, CREATED, fields(outcome)),
                        () -> () -> send(request, ACCEPTED, fields(outcome)),
                        why -> () -> request.refuse(status(why), details(why), requestId))
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
                        error.put(
                                "details",
                                details(why).stream()
                                        .map(MessageOperations::detail)
                                        .toList());
                    }
                    fields.put("error", error);
                    return fields;
                });
    }

    private static Map<String, Object> detail(Violation why) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("path", why.path());
        detail.put("rule", why.rule());
        return detail;
    }

    private static void send(ApiRequest request, int status, Map<String, Object> body) {
        var unused = request.send(status, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
    }
}
