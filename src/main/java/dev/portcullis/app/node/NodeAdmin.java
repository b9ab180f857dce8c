package dev.portcullis.app.node;

import dev.portcullis.admin.AdminVerticle;
import dev.portcullis.admin.Health;
import dev.portcullis.admin.SessionDirectory;
import dev.portcullis.admin.node.NodeControl;
import dev.portcullis.admin.node.NodeFacts;
import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.admin.node.NodeView;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.assembly.AdminAssembly;
import dev.portcullis.app.node.assembly.NodeServices;
import dev.portcullis.app.node.assembly.OperatorTokenCheck;
import dev.portcullis.app.node.assembly.UserAssembly;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.SessionAdministration;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterNode;
import dev.portcullis.streams.lane.NodeIncarnation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Builds the statistics and the operations that the operators' listener of a node offers. */
record NodeAdmin(
        NodeServices services,
        NodeConfig config,
        UserAssembly users,
        Readiness readiness,
        Health health,
        NodeIncarnation incarnation,
        Runnable stopProcess) {
    AdminVerticle verticle() {
        health.names()
                .forEach(check -> services.metrics().measure(Metric.READY, check, () -> health.isUp(check) ? 1 : 0));
        SessionAdministration sessions = new SessionAdministration(services.bus());
        return new AdminAssembly(services, config, users)
                .verticle(
                        health,
                        new OperatorTokenCheck(new Authenticator(services.vertx(), services.bus(), services.clock())),
                        new SessionDirectory(sessions, sessions::sessionsOf),
                        new NodeControl(
                                new NodeStatistics(
                                        facts(), services.metricsRegistry()::values, System::currentTimeMillis),
                                stopProcess));
    }

    private NodeFacts facts() {
        return new NodeFacts(
                services.bus().node(),
                Version.number(),
                config.store().kind().name().toLowerCase(Locale.ROOT),
                incarnation::incarnation,
                readiness::state,
                this::nodes);
    }

    private List<NodeView> nodes() {
        return services.cluster()
                .map(peers -> peers.view().nodes().stream().map(this::shown).toList())
                .orElseGet(() -> List.of(
                        new NodeView(services.bus().node(), true, Version.number(), byId(config.stages()), true, 0)));
    }

    private NodeView shown(ClusterNode each) {
        return new NodeView(
                each.node(),
                each.node().equals(services.bus().node()),
                each.version(),
                byId(each.stages()),
                each.reachable(),
                each.seenMs());
    }

    private static Map<String, Integer> byId(Map<Stage, Integer> stages) {
        Map<String, Integer> byId = new TreeMap<>();
        stages.forEach((stage, instances) -> byId.put(stage.id(), instances));
        return byId;
    }
}
