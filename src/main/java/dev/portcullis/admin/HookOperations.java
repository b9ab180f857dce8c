package dev.portcullis.admin;

import dev.portcullis.audit.EventName;
import dev.portcullis.hooks.HookAdministration;
import dev.portcullis.hooks.HookAdministration.Letter;
import dev.portcullis.hooks.HookAdministration.Surveyed;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Shows operators the state of the hooks, but not the content of an event, which may be a message. */
final class HookOperations {
    private static final int SHOWN = 100;

    private final Optional<HookAdministration> hooks;

    /** @param hooks empty where no hook is configured */
    HookOperations(Optional<HookAdministration> hooks) {
        this.hooks = hooks;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("getHooks", this::show).bind("reviveHooks", this::revive);
    }

    private void show(OperatorCall call) {
        call.ifFound(hooks, each -> call.then(each.survey(SHOWN), state -> call.send(fields(state))));
    }

    private void revive(OperatorCall call) {
        call.ifFound(
                hooks,
                each -> call.then(each.revive(), count -> {
                    call.record(call.event(EventName.ADMIN_HOOKS_REVIVED).messageCount(count));
                    call.send(Map.of("revived", count));
                }));
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
}
