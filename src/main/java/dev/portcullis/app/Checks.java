package dev.portcullis.app;

import dev.portcullis.admin.Health.State;
import dev.portcullis.admin.HealthCheck;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import java.util.function.BooleanSupplier;

/** What readiness looks at, and who is told when it changes. */
record Checks(String name, BooleanSupplier well) implements HealthCheck {
    static final String STORE = "store";
    static final String STAGES = "stages";
    static final String REACH = "reach";

    @Override
    public State check() {
        return well.getAsBoolean() ? State.UP : State.DOWN;
    }

    static void tell(Audit audit, String name, State state) {
        boolean up = state == State.UP;
        switch (name) {
            case STORE -> audit.event(AuditEvent.of(up ? EventName.STORE_BACK : EventName.STORE_LOST));
            case REACH -> audit.event(AuditEvent.of(up ? EventName.REACH_BACK : EventName.REACH_LOST));
            default -> {}
        }
    }
}
