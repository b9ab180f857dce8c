package dev.portcullis.app;

import dev.portcullis.admin.Health;
import dev.portcullis.admin.Health.State;
import dev.portcullis.admin.HealthCheck;
import dev.portcullis.audit.Audit;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.edge.Assembly;
import dev.portcullis.store.Lanes;
import java.util.Arrays;
import java.util.List;

/** Whether this node can serve: its store, its stages, and those of the others that it needs. */
final class Readiness {
    private final Storage storage;
    private final LaneVerticle lanes;
    private final Bus bus;
    private final Assembly assembly;
    private final boolean letsClientsIn;
    private volatile boolean started;

    Readiness(Storage storage, LaneVerticle lanes, Bus bus, Assembly assembly, boolean letsClientsIn) {
        this.storage = storage;
        this.lanes = lanes;
        this.bus = bus;
        this.assembly = assembly;
        this.letsClientsIn = letsClientsIn;
    }

    void started() {
        started = true;
    }

    Health health(Audit audit) {
        return new Health(checks(), (name, state) -> tell(audit, name, state));
    }

    /** What this node can't serve without and has not, as of now. */
    List<String> missing() {
        return checks().stream()
                .filter(check -> check.check() == State.DOWN)
                .map(HealthCheck::name)
                .toList();
    }

    private List<HealthCheck> checks() {
        return List.of(
                new Checks(Checks.STORE, this::store),
                Checks.of(Checks.STAGES, () -> started && !assembly.draining()),
                Checks.of(Checks.REACH, this::reachesAll));
    }

    /** A store that throws data away answers well, and has said so itself. */
    private void tell(Audit audit, String name, State state) {
        if (name.equals(Checks.STORE) && state == State.DOWN && !storage.keepsData()) {
            return;
        }
        Checks.tell(audit, name, state);
    }

    /**
     * A store that takes probes but not this node's leases is none that its sessions could hang on. While it has lost some of
     * its lanes, the users of the others are served as well here as by any other node. Where all lanes are one server's, some
     * of them are only late.
     */
    private State store() {
        int out = lanes.lanesOut();
        if (!storage.healthy() || out > Lanes.COUNT / 2) {
            return State.DOWN;
        }
        return out > 0 && storage.losesLanesApart() ? State.DEGRADED : State.UP;
    }

    /** Whoever lets clients in needs all stages. Before this node has started, it can't know whom it reaches. */
    private boolean reachesAll() {
        return !started
                || !letsClientsIn
                || Arrays.stream(Stage.values())
                        .noneMatch(stage -> bus.nodesOf(stage).isEmpty());
    }
}
