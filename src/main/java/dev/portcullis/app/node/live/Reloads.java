package dev.portcullis.app.node.live;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.audit.Audit;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterNode;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.cluster.SharedSetting;
import dev.portcullis.cluster.SharedSettings;
import dev.portcullis.config.Problem;
import dev.portcullis.config.SettingChange;
import dev.portcullis.protocol.Result;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reloads of this node alone, and of all nodes of its cluster. */
public final class Reloads {
    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

    /** Begins the id of a reload of one node. That of a cluster begins with its time, so that later ones sort behind. */
    /** How long a reload may take: its steps, and what this node does between them. */
    public static final long LONGEST_MS = ConfigReload.LONGEST_MS + 5_000;

    private static final String ALONE = "alone-";

    private final Bus bus;
    private final Optional<ClusterVerticle> cluster;
    private final Set<SharedSetting> allowedDifferences;
    private final NodeReload own;
    private final ConfigReload reload;
    private final LongSupplier clock;
    private final Runnable useless;

    /**
     * @param rows of the store that all nodes share
     * @param clock of that store
     * @param useless ends the process of a node that can't follow the others
     */
    public Reloads(
            Vertx vertx,
            Bus bus,
            Optional<ClusterVerticle> cluster,
            ConfigSource source,
            LiveSettings live,
            NodeReload.Edge edge,
            RowStore rows,
            Audit audit,
            LongSupplier clock,
            Runnable useless) {
        ReloadDecision decision = new ReloadDecision(rows);
        this.bus = bus;
        this.cluster = cluster;
        this.clock = clock;
        this.useless = useless;
        this.allowedDifferences = source.config().cluster().allowedDifferences();
        this.own = new NodeReload(
                vertx,
                bus.node(),
                source,
                live,
                edge,
                (shared, id) -> cluster.filter(any -> isOfCluster(id))
                        .<Future<?>>map(peers -> peers.share(shared, id))
                        .orElseGet(Future::succeededFuture),
                decision,
                audit,
                NodeReload.HELD_MS);
        this.reload = new ConfigReload(vertx, decision, audit, ConfigReload.STEP_MS);
        cluster.ifPresent(peers -> peers.whenOutdated(this::catchUp));
    }

    /** Answers other nodes that lead a reload. Completes when they can ask. */
    public Future<?> answer(NodeConfig config) {
        return cluster.isEmpty()
                ? succeededFuture()
                : RemoteReload.answer(bus, firstOf(config.stages()).orElseThrow(), own);
    }

    /**
     * Never fails. The keys that have another value now on this node, or why nothing has changed.
     *
     * @param all all nodes of the cluster, of which each reads its own file
     */
    public Future<Result<List<SettingChange>, ReloadRefusal>> run(boolean all) {
        if (!all || cluster.isEmpty()) {
            return reload.run(ALONE + UUID.randomUUID(), List.of(own), Reloads::asBefore);
        }
        List<ClusterNode> nodes = cluster.get().nodes();
        Optional<ClusterNode> away = nodes.stream()
                .filter(node -> !node.reachable() || firstOf(node.stages()).isEmpty())
                .findFirst();
        if (away.isPresent()) {
            return succeededFuture(Result.refused(
                    NodeReload.busy(away.get().node() + " can't be reached, or is starting or stopping")));
        }
        List<ReloadSteps> steps = new ArrayList<>(List.of(own));
        nodes.stream()
                .filter(node -> !node.node().equals(own.node()))
                .forEach(node -> steps.add(new RemoteReload(
                        bus, node.node(), firstOf(node.stages()).orElseThrow())));
        return reload.run("%016d-%s".formatted(clock.getAsLong(), UUID.randomUUID()), steps, this::agree);
    }

    private static boolean isOfCluster(String id) {
        return !id.startsWith(ALONE);
    }

    /**
     * This node has missed a reload of all nodes, such as while it was paused, and would decide by old rules. One whose own file
     * can't be put in force is of no use to the others.
     */
    private void catchUp(String generation) {
        reload.run(generation, List.of(own), any -> List.of())
                .onSuccess(result -> result.<Runnable>fold(
                                changes -> () -> LOG.atWarn()
                                        .addKeyValue("event", "node.reload.late")
                                        .log(
                                                "this node had missed a reload of all nodes, and has read its configuration now"),
                                why -> () -> failed(why))
                        .run());
    }

    private void failed(ReloadRefusal why) {
        if (why.why() != Why.BUSY) {
            LOG.atError()
                    .addKeyValue("event", "node.reload.missed")
                    .log(
                            "this node has missed a reload of all nodes, and can't make up for it; it exits, to be restarted");
            useless.run();
        }
    }

    /** A node that changed alone what all share would decide by other rules than they do. */
    private static List<Problem> asBefore(Map<String, ReloadPlan> plans) {
        return plans.values().stream()
                .filter(ReloadPlan::changesWhatNodesShare)
                .map(any -> new Problem(
                        "",
                        "changes what all nodes of the cluster share",
                        "reload all of them: POST /admin/reload?cluster=true"))
                .toList();
    }

    /** Each node is compared with all that agree so far: a setting may concern neither this node nor the first of the others. */
    private List<Problem> agree(Map<String, ReloadPlan> plans) {
        Set<String> agreed = new LinkedHashSet<>(List.of(own.node()));
        List<Problem> problems = new ArrayList<>();
        for (String node : plans.keySet()) {
            agreed.stream()
                    .flatMap(before -> differs(plans, before, node).stream())
                    .findFirst()
                    .ifPresentOrElse(problems::add, () -> agreed.add(node));
        }
        return problems;
    }

    private Optional<Problem> differs(Map<String, ReloadPlan> plans, String one, String other) {
        return shared(plans, one)
                .difference(shared(plans, other), allowedDifferences)
                .map(name -> new Problem(
                        name,
                        "would be another one on " + other + " than on " + one,
                        "make the files of both the same"));
    }

    private static SharedSettings shared(Map<String, ReloadPlan> plans, String node) {
        return Objects.requireNonNull(plans.get(node)).shared();
    }

    /** The stage under which a node is asked; empty for one that starts or stops. */
    private static Optional<Stage> firstOf(Map<Stage, Integer> stages) {
        return stages.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(Map.Entry::getKey)
                .min(Comparator.naturalOrder());
    }
}
