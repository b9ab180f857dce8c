package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.config.Json;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookOutbox.DeadLetter;
import dev.portcullis.hooks.outbox.HookOutbox.LaneState;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;

/** What operators see of the hooks: never what an event holds, which may be a message. */
final class HookOperations {
    private static final int OK = 200;
    private static final int SHOWN = 100;

    private final Optional<? extends HookOutbox> outbox;
    private final Audit audit;
    private final BiFunction<HttpRefusal, Throwable, HttpRefusal> logged;

    /**
     * @param outbox empty where no hook is configured
     * @param logged logs a failure, and returns the answer
     */
    HookOperations(
            Optional<? extends HookOutbox> outbox,
            Audit audit,
            BiFunction<HttpRefusal, Throwable, HttpRefusal> logged) {
        this.outbox = outbox;
        this.audit = audit;
        this.logged = logged;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("getHooks", this::show).bind("reviveHooks", this::revive);
    }

    private void show(ApiRequest request) {
        outbox.ifPresentOrElse(
                each -> each.survey()
                        .compose(lanes -> letters(each, lanes).map(letters -> fields(lanes, letters)))
                        .onComplete(all -> send(request, all), failure -> unavailable(request, failure)),
                () -> request.refuse(HttpRefusal.NOT_FOUND));
    }

    private void revive(ApiRequest request) {
        outbox.ifPresentOrElse(
                each -> each.survey()
                        .compose(lanes -> Future.all(lanes.stream()
                                .filter(lane -> lane.dead() > 0)
                                .map(lane -> each.revive(lane.lane()))
                                .toList()))
                        .map(revived -> revived.<Integer>list().stream()
                                .mapToInt(Integer::intValue)
                                .sum())
                        .onSuccess(count -> audit.event(AuditEvent.of(EventName.ADMIN_HOOKS_REVIVED)
                                .requestId(RequestId.next())
                                .ip(request.http().remoteAddress().hostAddress())
                                .messageCount(count)
                                .detail(request.caller(Operator.class).id())))
                        .onComplete(
                                count -> send(request, Map.of("revived", count)),
                                failure -> unavailable(request, failure)),
                () -> request.refuse(HttpRefusal.NOT_FOUND));
    }

    private static Future<List<DeadLetter>> letters(HookOutbox outbox, List<LaneState> lanes) {
        return Future.all(lanes.stream()
                        .filter(lane -> lane.dead() > 0)
                        .limit(SHOWN)
                        .map(lane -> outbox.deadLetters(lane.lane(), SHOWN))
                        .toList())
                .map(all -> all.<List<DeadLetter>>list().stream()
                        .flatMap(List::stream)
                        .sorted(Comparator.comparingLong(DeadLetter::at))
                        .limit(SHOWN)
                        .toList());
    }

    private static Map<String, Object> fields(List<LaneState> lanes, List<DeadLetter> letters) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("waiting", sum(lanes, LaneState::waiting));
        fields.put("dead", sum(lanes, LaneState::dead));
        fields.put("overflown", sum(lanes, LaneState::overflown));
        fields.put("lost", sum(lanes, LaneState::lost));
        fields.put("deadLetters", letters.stream().map(HookOperations::fields).toList());
        return fields;
    }

    private static Map<String, Object> fields(DeadLetter letter) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", letter.event().id());
        fields.put("type", letter.event().type());
        fields.put("key", letter.event().key());
        fields.put("time", letter.event().time());
        fields.put("reason", letter.reason());
        fields.put("givenUpAt", letter.at());
        return fields;
    }

    private static long sum(List<LaneState> lanes, ToLongFunction<LaneState> of) {
        return lanes.stream().mapToLong(of).sum();
    }

    private static void send(ApiRequest request, Map<String, Object> fields) {
        request.send(OK, HttpResponses.JSON, Buffer.buffer(Json.write(fields)));
    }

    private void unavailable(ApiRequest request, Throwable failure) {
        request.refuse(logged.apply(HttpRefusal.UNAVAILABLE, failure));
    }
}
