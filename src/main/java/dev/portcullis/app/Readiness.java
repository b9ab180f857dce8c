package dev.portcullis.app;

import dev.portcullis.admin.Health;
import dev.portcullis.audit.Audit;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.edge.Assembly;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Whether this node can serve: its store, its stages, and those of the others that it needs. */
final class Readiness {
    private final Storage storage;
    private final Optional<LaneVerticle> lanes;
    private final Bus bus;
    private final Assembly assembly;
    private final boolean letsClientsIn;
    private volatile boolean started;

    Readiness(Storage storage, Optional<LaneVerticle> lanes, Bus bus, Assembly assembly, boolean letsClientsIn) {
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
        return new Health(
                List.of(
                        new Checks(Checks.STORE, this::storeServes),
                        new Checks(Checks.STAGES, () -> started && !assembly.draining()),
                        new Checks(Checks.REACH, this::reachesAll)),
                (name, state) -> Checks.tell(audit, name, state));
    }

    /** A store that takes probes but not this node's leases is none that its sessions could hang on. */
    private boolean storeServes() {
        return storage.healthy() && lanes.map(LaneVerticle::renews).orElse(true);
    }

    /** Whoever lets clients in needs all stages. Before this node has started, it can't know whom it reaches. */
    private boolean reachesAll() {
        return !started
                || !letsClientsIn
                || Arrays.stream(Stage.values())
                        .noneMatch(stage -> bus.nodesOf(stage).isEmpty());
    }
}
