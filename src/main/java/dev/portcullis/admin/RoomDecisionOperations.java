package dev.portcullis.admin;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.rooms.RoomAction;
import dev.portcullis.rooms.RoomDecision;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says why a user may do something in a room, or not. It changes nothing, and asks the application's authorizer as a frame
 * would.
 */
public final class RoomDecisionOperations {
    private final Explainer explainer;

    /** Decides as for a frame of this sender. */
    @FunctionalInterface
    public interface Explainer {
        Future<RoomDecision> explain(Sender from, RoomAction action, RoomId room);
    }

    RoomDecisionOperations(Explainer explainer) {
        this.explainer = explainer;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("explainDecision", this::explain);
    }

    private void explain(OperatorCall call) {
        ApiRequest request = call.request();
        Optional<RoomAction> action = RoomAction.of(request.text("action"));
        if (action.isEmpty()) {
            request.refuse(HttpRefusal.INVALID_PARAMETER, List.of(new Violation("/action", "enum")));
            return;
        }
        Role role = request.textIn("role").flatMap(Role::of).orElse(Role.MEMBER);
        List<String> granted = request.textIn("tokenRooms")
                .map(text -> List.of(text.split(",")))
                .orElse(List.of());
        Sender user = new Sender(call.user(), Optional.empty(), role, granted, "");
        call.then(explainer.explain(user, action.get(), call.room()), decision -> call.send(fields(decision)));
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
