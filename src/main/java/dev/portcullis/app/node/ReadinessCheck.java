package dev.portcullis.app.node;

import dev.portcullis.admin.Health.State;
import dev.portcullis.admin.HealthCheck;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What readiness looks at, and who is told when it changes. */
record ReadinessCheck(String name, Supplier<State> state) implements HealthCheck {
    static final String STORE = "store";
    static final String STAGES = "stages";
    static final String PEERS = "peers";

    /** One that knows nothing in between. */
    static ReadinessCheck of(String name, BooleanSupplier well) {
        return new ReadinessCheck(name, () -> well.getAsBoolean() ? State.UP : State.DOWN);
    }

    @Override
    public State check() {
        return state.get();
    }

    static void report(Audit audit, String name, State state) {
        boolean up = state == State.UP;
        switch (name) {
            case STORE -> audit.event(AuditEvent.of(ofStore(state)));
            case PEERS -> audit.event(AuditEvent.of(up ? EventName.PEERS_AVAILABLE : EventName.PEERS_UNAVAILABLE));
            default -> {}
        }
    }

    private static EventName ofStore(State state) {
        return switch (state) {
            case UP -> EventName.STORE_UP;
            case DEGRADED -> EventName.STORE_DEGRADED;
            case DOWN -> EventName.STORE_DOWN;
        };
    }
}
