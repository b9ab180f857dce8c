package dev.portcullis.cluster;

import dev.portcullis.cluster.wire.BusListenAddress;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Section;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The section {@code cluster}.
 *
 * @param host the one address that Hazelcast and the event bus bind to, and that the other nodes are told
 * @param busPort 0 takes any free one
 * @param busMessageBytes the largest message from another node, where no certificates say who that is
 * @param allowedDifferences what nodes need not have in common, while a change is rolled out from node to node
 * @param memberTimeoutMs after which a node that says nothing is taken off; must outlast the longest pause of a collection
 * @param directoryTtlMs after which a node's row in the directory no longer counts
 * @param isolatedAfterMs after which a node that hears no other registers anew; after as long again it ends
 */
public record ClusterConfig(
        boolean enabled,
        String name,
        String host,
        int port,
        int busPort,
        int busMessageBytes,
        List<HostPort> members,
        Optional<KubernetesConfig> kubernetes,
        Optional<ClusterTls> tls,
        boolean trustedNetwork,
        Set<SharedSetting> allowedDifferences,
        long memberTimeoutMs,
        long directoryTtlMs,
        long isolatedAfterMs) {
    static final int PORT = 5_701;
    static final int BUS_PORT = 5_702;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:][A-Za-z0-9.:%-]{0,252}");
    /** A name, an IPv4 or a bracketed IPv6 address, and perhaps a port. */
    private static final Pattern MEMBER =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}])(?::([1-9][0-9]{0,4}))?");

    private static final Pattern ANY_ADDRESS = Pattern.compile("0\\.0\\.0\\.0|[0:]+");
    private static final String NO_AUTHENTICATION = "; Hazelcast's open-source edition has neither TLS nor authentication, so"
            + " whoever reaches its port is inside";

    public static ClusterConfig read(Section cluster) {
        boolean enabled = cluster.flag("enabled", false, "several nodes as one; needs store.kind redis");
        int port = cluster.integer("port", PORT, 1, 65_535, "where Hazelcast listens");
        ClusterConfig config = new ClusterConfig(
                enabled,
                cluster.text("name", "portcullis", NAME, "nodes of another name are strangers"),
                cluster.text(
                        "host",
                        "127.0.0.1",
                        HOST,
                        "the address of this node that Hazelcast and the event bus bind to and the others are told"),
                port,
                cluster.section("bus")
                        .integer("port", BUS_PORT, 0, 65_535, "where the event bus listens; 0 takes any free one"),
                cluster.section("bus")
                        .integer(
                                "messageBytes",
                                8 << 20,
                                2 << 20,
                                64 << 20,
                                "the largest message between nodes; without cluster.tls a peer that announces a larger one"
                                        + " is cut off"),
                members(cluster, port),
                KubernetesConfig.read(cluster.section("kubernetes")),
                ClusterTls.read(cluster.section("tls")),
                cluster.flag(
                        "trustedNetwork",
                        false,
                        "says that only nodes of this cluster can reach cluster.port: needed beyond loopback" + NO_AUTHENTICATION),
                cluster.choices(
                        "allowedDifferences",
                        Set.of(),
                        SharedSetting.class,
                        SharedSetting.ALLOWED_TO_DIFFER,
                        "what nodes need not have in common while a change is rolled out from node to node"),
                cluster.millis(
                        "memberTimeoutMs",
                        5_000,
                        3_000,
                        60_000,
                        "a node that says nothing for so long is taken off; above the longest pause of the JVM"),
                cluster.millis(
                        "directoryTtlMs", 5_000, 3_000, 60_000, "a node's row in the directory counts for so long"),
                cluster.millis(
                        "isolatedAfterMs",
                        10_000,
                        6_000,
                        120_000,
                        "a node that hears no other for so long registers anew, and ends after as long again"));
        if (config.enabled) {
            config.check(cluster);
        }
        return config;
    }

    private static List<HostPort> members(Section cluster, int port) {
        String about = "where other nodes may be found: host, or host:port where it is not cluster.port";
        return cluster.hosts("members", List.of(), MEMBER, about).stream()
                .map(text -> HostPort.parse(text, port))
                .toList();
    }

    BusListenAddress bus() {
        return new BusListenAddress(host, busPort, busMessageBytes);
    }

    /** For the line that a node prints when it is ready. */
    public String summary() {
        String others = kubernetes
                .map(found -> "Kubernetes")
                .orElseGet(() -> members.stream().map(HostPort::toString).collect(Collectors.joining(", ")));
        return name + " at " + new HostPort(host, port) + ", looks for " + others
                + (tls.isPresent() ? ", bus with TLS" : ", bus without TLS");
    }

    private void check(Section cluster) {
        if (members.isEmpty() && kubernetes.isEmpty()) {
            cluster.problem(
                    "members",
                    "is empty, so no node would find another",
                    "name one or more, this one may be among them, or set cluster.kubernetes");
        }
        if (!members.isEmpty() && kubernetes.isPresent()) {
            cluster.problem("members", "stands beside cluster.kubernetes", "leave one of both out");
        }
        if (directoryTtlMs >= isolatedAfterMs) {
            cluster.problem(
                    "directoryTtlMs",
                    "is not below cluster.isolatedAfterMs",
                    "whoever is left alone by a crash would take itself for deaf: less than " + isolatedAfterMs
                            + " is needed");
        }
        if (ANY_ADDRESS.matcher(host).matches()) {
            cluster.problem("host", "means every address", "name the one that the other nodes shall be told");
        } else if (reachesBeyondThisMachine()) {
            checkExposed(cluster);
        }
    }

    /** Whoever joins is handed objects to read, and asks whatever a node may ask (CWE-306, CWE-502). */
    private void checkExposed(Section cluster) {
        if (tls.isEmpty()) {
            cluster.problem(
                    "tls",
                    "is missing, and the cluster reaches beyond this machine",
                    "give certificate, key and ca: the event bus is then closed to all who have no certificate of a"
                            + " private authority");
        }
        if (!trustedNetwork) {
            cluster.problem(
                    "trustedNetwork",
                    "is false, and the cluster reaches beyond this machine",
                    "let a firewall keep all but the nodes from cluster.port, and write true" + NO_AUTHENTICATION);
        }
    }

    /** Whether other machines are meant to reach the ports of the cluster, of which Hazelcast's asks nobody who they are. */
    public boolean reachesBeyondThisMachine() {
        return kubernetes.isPresent()
                || !HostPort.isLoopback(host)
                || members.stream().anyMatch(member -> !member.isLoopback());
    }
}
