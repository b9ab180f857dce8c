package dev.portcullis.app.cli;

import dev.portcullis.app.config.ExposureWarnings;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.Node;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The line that a node prints once it has started.
 *
 * @param http the address for clients, with the real port; not printed if the node runs no edge
 * @param admin the address for operators, with the real port
 * @param store the kind of store, and its folder if there is one
 * @param cluster the name of the cluster, the address of this node, the addresses of its peers and the number of nodes
 * @param missing the checks of {@code /health/ready} that keep the node from being ready
 */
public record StartupBanner(
        String version,
        boolean tls,
        HostPort http,
        HostPort admin,
        Map<Stage, Integer> stages,
        String store,
        Optional<String> cluster,
        ExposureWarnings open,
        List<String> missing) {
    public static StartupBanner of(String version, NodeConfig config, Node node) {
        return new StartupBanner(
                version,
                config.tls().certificate().isPresent(),
                new HostPort(config.http().host(), node.httpPort()),
                new HostPort(config.admin().host(), node.adminPort()),
                config.stages(),
                config.store().kind() == StoreConfig.Kind.EMBEDDED
                        ? "embedded, " + config.store().path().orElse("temporary")
                        : "redis",
                config.cluster().enabled()
                        ? Optional.of(config.cluster().summary() + ", " + nodeCount(node.clusterNodes()))
                        : Optional.empty(),
                ExposureWarnings.of(config),
                node.missing());
    }

    private static String nodeCount(int nodes) {
        return nodes == 1 ? "the first node" : nodes + " nodes";
    }

    public String text() {
        String line = "Portcullis " + version + (missing.isEmpty() ? " is ready" : " is up")
                + (serves() ? " at " + (tls ? "https://" : "http://") + http : "")
                + (missing.isEmpty() ? "" : ", not ready: " + String.join(", ", missing))
                + " | operators: http://" + admin + " | stages: " + counts()
                + " | store: " + store
                + cluster.map(summary -> " | cluster: " + summary).orElse("")
                + " | " + exposures();
        return line.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }

    private boolean serves() {
        return stages.getOrDefault(Stage.EDGE, 0) > 0;
    }

    private String counts() {
        return stages.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> each.getKey().id() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    private String exposures() {
        return open.descriptions().isEmpty()
                ? "nothing left open"
                : "LEFT OPEN: " + String.join(", ", open.descriptions());
    }
}
