package dev.portcullis.admin;

import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAction;
import dev.portcullis.rooms.RoomDecision;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Says why a user may do something in a room, or not. It changes nothing, and asks the application's authorizer as a frame
 * would.
 */
public final class RoomDecisionOperations {
    private static final int OK = 200;

    private final Explainer explainer;
    private final BiFunction<HttpRefusal, Throwable, HttpRefusal> logged;

    /** Decides as for a frame of this sender. */
    @FunctionalInterface
    public interface Explainer {
        Future<RoomDecision> explain(Sender from, RoomAction action, RoomId room);
    }

    /** @param logged logs a failure, and returns the answer */
    RoomDecisionOperations(Explainer explainer, BiFunction<HttpRefusal, Throwable, HttpRefusal> logged) {
        this.explainer = explainer;
        this.logged = logged;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("explainDecision", this::explain);
    }

    private void explain(ApiRequest request) {
        Optional<RoomAction> action = RoomAction.of(request.text("action"));
        if (action.isEmpty()) {
            request.refuse(HttpRefusal.INVALID_PARAMETER, List.of(new Violation("/action", "enum")));
            return;
        }
        Role role = request.textIn("role").flatMap(Role::of).orElse(Role.MEMBER);
        List<String> granted = request.textIn("tokenRooms")
                .map(text -> List.of(text.split(",")))
                .orElse(List.of());
        Sender user = new Sender(new UserId(request.text("userId")), Optional.empty(), role, granted, "");
        explainer
                .explain(user, action.get(), new RoomId(request.text("roomId")))
                .onComplete(
                        decision -> request.send(OK, HttpResponses.JSON, Buffer.buffer(Json.write(fields(decision)))),
                        failure -> request.refuse(logged.apply(HttpRefusal.UNAVAILABLE, failure)));
    }

    private static Map<String, Object> fields(RoomDecision decision) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("granted", decision.isGranted());
        fields.put("rule", decision.rule().id());
        fields.put("because", decision.rule().sentence());
        decision.access().ifPresent(access -> {
            fields.put("access", access.id());
            fields.put("accessBecause", access.sentence());
        });
        decision.role().ifPresent(role -> fields.put("role", role.id()));
        return fields;
    }
}
