package dev.portcullis.app.node;

import dev.portcullis.admin.Health;
import dev.portcullis.admin.Health.State;
import dev.portcullis.admin.node.NodeFacts.NodeState;
import dev.portcullis.app.node.store.NodeArchive;
import dev.portcullis.app.node.store.Stores;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.chain.AuditFileConfig;
import dev.portcullis.audit.chain.AuditTrail;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.store.Lanes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Whether this node can serve: checks its store, its stages, and the stages of other nodes that it needs. */
final class Readiness {
    private static final String STORE = "store";
    private static final String PEERS = "peers";
    private static final String ARCHIVE = "archive";

    private final Stores stores;
    private final LaneVerticle lanes;
    private final Bus bus;
    private final boolean runsEdge;
    private final Supplier<State> keys;

    /** Whether the audit file can be written, where a node without it must not serve. */
    private final Optional<Health.Check> audit;

    private final Optional<Health.Check> archive;

    private volatile boolean started;
    private volatile boolean draining;

    /** @param keys whether tokens can be checked */
    Readiness(
            Stores stores,
            LaneVerticle lanes,
            Bus bus,
            boolean runsEdge,
            Supplier<State> keys,
            AuditFileConfig auditFile,
            AuditTrail trail) {
        this.stores = stores;
        this.lanes = lanes;
        this.bus = bus;
        this.runsEdge = runsEdge;
        this.keys = keys;
        this.audit = auditFile.onFailure() == AuditFileConfig.OnFailure.UNREADY
                ? Optional.of(check("audit", trail::writes))
                : Optional.empty();
        this.archive = stores.archive().map(each -> new Health.Check(ARCHIVE, () -> archive(each)));
    }

    /** Without the archive all goes on, but for reads of what is older than the window. */
    private static State archive(NodeArchive archive) {
        return archive.health().isAway() ? State.DEGRADED : State.UP;
    }

    void started() {
        started = true;
    }

    /** From now on this node is not ready. */
    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    Health health(Audit audit) {
        return new Health(checks(), (name, state) -> report(audit, name, state));
    }

    NodeState state() {
        if (draining) {
            return NodeState.DRAINING;
        }
        return started ? NodeState.SERVING : NodeState.STARTING;
    }

    /** The checks that are down now. */
    List<String> missing() {
        return checks().stream()
                .filter(check -> check.state().get() == State.DOWN)
                .map(Health.Check::name)
                .toList();
    }

    private List<Health.Check> checks() {
        Stream<Health.Check> always = Stream.of(
                new Health.Check(STORE, this::store),
                check("stages", () -> started && !draining),
                check(PEERS, this::reachesAll),
                new Health.Check("keys", keys));
        return Stream.of(always, audit.stream(), archive.stream())
                .flatMap(each -> each)
                .toList();
    }

    /** A check that is either up or down. */
    private static Health.Check check(String name, BooleanSupplier isUp) {
        return new Health.Check(name, () -> isUp.getAsBoolean() ? State.UP : State.DOWN);
    }

    /** A store that evicts data still answers, and reports that by an event of its own. */
    private void report(Audit audit, String name, State state) {
        switch (name) {
            case STORE -> {
                if (state != State.DOWN || stores.keepsData()) {
                    audit.event(AuditEvent.of(eventOfStore(state)));
                }
            }
            case ARCHIVE ->
                audit.event(AuditEvent.of(state == State.UP ? EventName.ARCHIVE_UP : EventName.ARCHIVE_AWAY));
            case PEERS ->
                audit.event(AuditEvent.of(state == State.UP ? EventName.PEERS_AVAILABLE : EventName.PEERS_UNAVAILABLE));
            default -> {}
        }
    }

    private static EventName eventOfStore(State state) {
        return switch (state) {
            case UP -> EventName.STORE_UP;
            case DEGRADED -> EventName.STORE_DEGRADED;
            case DOWN -> EventName.STORE_DOWN;
        };
    }

    /**
     * A store that answers probes but does not renew this node's leases can't carry sessions. If only some lanes are
     * lost, users of the other lanes are served here as well as on any other node. If all lanes are on one server, a
     * few missing lanes are only late. Without the replicas that an ack needs a lane takes no message.
     */
    private State store() {
        int out = Math.max(lanes.lanesOut(), stores.lanesShortOfReplicas());
        if (!stores.healthy() || out > Lanes.COUNT / 2) {
            return State.DOWN;
        }
        return out > 0 && stores.losesLanesSeparately() ? State.DEGRADED : State.UP;
    }

    /** A node with an edge needs all stages. Before it has started it can't know which nodes it reaches. */
    private boolean reachesAll() {
        return !started
                || !runsEdge
                || Arrays.stream(Stage.values())
                        .noneMatch(stage -> bus.nodesOf(stage).isEmpty());
    }
}
