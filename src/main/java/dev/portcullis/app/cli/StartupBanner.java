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
 * The one line that a node prints once it has started.
 *
 * @param http where it really listens, so without a port 0; nowhere where no edge runs
 * @param admin likewise, for operators
 * @param store which, and where if it is a folder
 * @param cluster what it is called, where this node is in it, where it looks for others and how many there are
 * @param missing what keeps it from being ready: checks of {@code /health/ready}
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
                        ? Optional.of(config.cluster().summary() + ", " + counted(node.clusterNodes()))
                        : Optional.empty(),
                ExposureWarnings.of(config),
                node.missing());
    }

    private static String counted(int nodes) {
        return nodes == 1 ? "the first node" : nodes + " nodes";
    }

    public String text() {
        String line = "Portcullis " + version + (missing.isEmpty() ? " is ready" : " is up")
                + (serves() ? " at " + (tls ? "https://" : "http://") + http : "")
                + (missing.isEmpty() ? "" : ", not ready: " + String.join(", ", missing))
                + " | operators: http://" + admin + " | stages: " + counts()
                + " | store: " + store
                + cluster.map(words -> " | cluster: " + words).orElse("")
                + " | " + openings();
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

    private String openings() {
        return open.descriptions().isEmpty() ? "nothing left open" : "LEFT OPEN: " + String.join(", ", open.descriptions());
    }
}
