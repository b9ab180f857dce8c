package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.config.Json;
import dev.portcullis.hooks.HookAdministration;
import dev.portcullis.hooks.HookAdministration.Letter;
import dev.portcullis.hooks.HookAdministration.Surveyed;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Shows operators the state of the hooks, but not the content of an event, which may be a message. */
final class HookOperations {
    private static final int OK = 200;
    private static final int SHOWN = 100;

    private final Optional<HookAdministration> hooks;
    private final Audit audit;
    private final BiFunction<HttpRefusal, Throwable, HttpRefusal> logged;

    /**
     * @param hooks empty where no hook is configured
     * @param logged logs a failure, and returns the answer
     */
    HookOperations(
            Optional<HookAdministration> hooks, Audit audit, BiFunction<HttpRefusal, Throwable, HttpRefusal> logged) {
        this.hooks = hooks;
        this.audit = audit;
        this.logged = logged;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("getHooks", this::show).bind("reviveHooks", this::revive);
    }

    private void show(ApiRequest request) {
        hooks.ifPresentOrElse(
                each -> each.survey(SHOWN)
                        .onComplete(state -> send(request, fields(state)), failure -> unavailable(request, failure)),
                () -> request.refuse(HttpRefusal.NOT_FOUND));
    }

    private void revive(ApiRequest request) {
        hooks.ifPresentOrElse(
                each -> each.revive()
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

    private static Map<String, Object> fields(Surveyed state) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("waiting", state.waiting());
        fields.put("dead", state.dead());
        fields.put("overflown", state.overflown());
        fields.put("lost", state.lost());
        fields.put(
                "deadLetters",
                state.letters().stream().map(HookOperations::fields).toList());
        return fields;
    }

    private static Map<String, Object> fields(Letter letter) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", letter.id());
        fields.put("type", letter.type());
        fields.put("key", letter.key());
        fields.put("time", letter.time());
        fields.put("reason", letter.reason());
        fields.put("givenUpAt", letter.givenUpAt());
        return fields;
    }

    private static void send(ApiRequest request, Map<String, Object> fields) {
        request.send(OK, HttpResponses.JSON, Buffer.buffer(Json.write(fields)));
    }

    private void unavailable(ApiRequest request, Throwable failure) {
        request.refuse(logged.apply(HttpRefusal.UNAVAILABLE, failure));
    }
}
