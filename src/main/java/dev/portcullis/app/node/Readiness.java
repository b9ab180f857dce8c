package dev.portcullis.app.node;

import dev.portcullis.admin.Health;
import dev.portcullis.admin.Health.State;
import dev.portcullis.admin.HealthCheck;
import dev.portcullis.audit.Audit;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.edge.EdgeInstances;
import dev.portcullis.store.Lanes;
import java.util.Arrays;
import java.util.List;

/** Whether this node can serve: its store, its stages, and those of the others that it needs. */
final class Readiness {
    private final Stores stores;
    private final LaneVerticle lanes;
    private final Bus bus;
    private final EdgeInstances instances;
    private final boolean letsClientsIn;
    private volatile boolean started;

    Readiness(Stores stores, LaneVerticle lanes, Bus bus, EdgeInstances instances, boolean letsClientsIn) {
        this.stores = stores;
        this.lanes = lanes;
        this.bus = bus;
        this.instances = instances;
        this.letsClientsIn = letsClientsIn;
    }

    void started() {
        started = true;
    }

    Health health(Audit audit) {
        return new Health(checks(), (name, state) -> report(audit, name, state));
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
                new ReadinessCheck(ReadinessCheck.STORE, this::store),
                ReadinessCheck.of(ReadinessCheck.STAGES, () -> started && !instances.draining()),
                ReadinessCheck.of(ReadinessCheck.PEERS, this::reachesAll));
    }

    /** A store that throws data away answers well, and has said so itself. */
    private void report(Audit audit, String name, State state) {
        if (name.equals(ReadinessCheck.STORE) && state == State.DOWN && !stores.keepsData()) {
            return;
        }
        ReadinessCheck.report(audit, name, state);
    }

    /**
     * A store that takes probes but not this node's leases is none that its sessions could hang on. While it has lost some of
     * its lanes, the users of the others are served as well here as by any other node. Where all lanes are one server's, some
     * of them are only late.
     */
    private State store() {
        int out = lanes.lanesOut();
        if (!stores.healthy() || out > Lanes.COUNT / 2) {
            return State.DOWN;
        }
        return out > 0 && stores.losesLanesSeparately() ? State.DEGRADED : State.UP;
    }

    /** Whoever lets clients in needs all stages. Before this node has started, it can't know whom it reaches. */
    private boolean reachesAll() {
        return !started
                || !letsClientsIn
                || Arrays.stream(Stage.values())
                        .noneMatch(stage -> bus.nodesOf(stage).isEmpty());
    }
}
