package dev.portcullis.app.node;

import dev.portcullis.admin.HealthCheck;
import dev.portcullis.admin.HealthCheck.State;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.chain.AuditFileConfig;
import dev.portcullis.audit.chain.AuditTrail;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A check of {@code /health/ready}, and the audit events for its changes. */
record ReadinessCheck(String name, Supplier<State> state) implements HealthCheck {
    static final String STORE = "store";
    static final String STAGES = "stages";
    static final String PEERS = "peers";
    static final String KEYS = "keys";
    static final String AUDIT = "audit";

    /** A check that is either up or down. */
    static ReadinessCheck of(String name, BooleanSupplier isUp) {
        return new ReadinessCheck(name, () -> isUp.getAsBoolean() ? State.UP : State.DOWN);
    }

    /** Whether the audit file can be written, where a node without it must not serve. */
    static Optional<HealthCheck> ofAudit(AuditFileConfig config, AuditTrail trail) {
        return config.onFailure() == AuditFileConfig.OnFailure.UNREADY
                ? Optional.of(of(AUDIT, trail::writes))
                : Optional.empty();
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
