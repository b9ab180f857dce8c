package dev.portcullis.cluster;

import dev.portcullis.config.HostPort;
import dev.portcullis.config.Pem;
import dev.portcullis.config.Section;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The section {@code cluster}.
 *
 * @param busPort 0 takes any free port
 */
public record ClusterConfig(
        boolean enabled,
        String name,
        String host,
        int port,
        int busPort,
        List<HostPort> members,
        Optional<Kubernetes> kubernetes,
        Optional<Tls> tls,
        boolean trustedNetwork,
        Set<SharedSetting> allowedDifferences,
        long memberTimeoutMs,
        long directoryTtlMs,
        long isolatedAfterMs) {
    static final int PORT = 5_701;
    static final int BUS_PORT = 5_702;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    /** A name or an address without a port: one of IPv6 has two colons or more. */
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Za-z:.%-]{0,60}");
    /** A name, an IPv4 or a bracketed IPv6 address, with an optional port. */
    private static final Pattern MEMBER =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}])(?::([1-9][0-9]{0,4}))?");

    private static final Pattern ANY_ADDRESS = Pattern.compile("0\\.0\\.0\\.0|[0:]+");
    private static final String NO_AUTHENTICATION =
            "; Hazelcast's open-source edition has neither TLS nor authentication, so"
                    + " any process that reaches its port is a member";

    public static ClusterConfig read(Section cluster) {
        boolean enabled =
                cluster.basic().flag("enabled", false, "runs this node as one of a cluster; needs store.kind redis");
        int port = cluster.basic().integer("port", PORT, 1, 65_535, "where Hazelcast listens");
        ClusterConfig config = new ClusterConfig(
                enabled,
                cluster.text("name", "portcullis", NAME, "the cluster's name; nodes of another name do not join it"),
                cluster.basic()
                        .text(
                                "host",
                                "127.0.0.1",
                                HOST,
                                "the address of this node that Hazelcast and the event bus bind to, announced to the other"
                                        + " nodes"),
                port,
                cluster.section("bus")
                        .basic()
                        .integer("port", BUS_PORT, 0, 65_535, "where the event bus listens; 0 takes any free port"),
                members(cluster, port),
                Kubernetes.read(cluster.section("kubernetes")),
                Tls.read(cluster.section("tls")),
                cluster.basic()
                        .flag(
                                "trustedNetwork",
                                false,
                                "says that only nodes of this cluster can reach cluster.port: needed beyond loopback"
                                        + NO_AUTHENTICATION),
                cluster.basic()
                        .choices(
                                "allowedDifferences",
                                Set.of(),
                                SharedSetting.class,
                                SharedSetting.ALLOWED_TO_DIFFER,
                                "settings in which nodes may differ while a change is rolled out from node to node"),
                cluster.millis(
                        "memberTimeoutMs",
                        5_000,
                        3_000,
                        60_000,
                        "a node without a heartbeat for so long is removed; above the longest pause of the JVM"),
                cluster.millis(
                        "directoryTtlMs", 5_000, 3_000, 60_000, "a node's row in the directory expires after so long"),
                cluster.millis(
                        "isolatedAfterMs",
                        10_000,
                        6_000,
                        120_000,
                        "a node that hears no other for so long registers again, and exits after as long again"));
        if (config.enabled) {
            config.check(cluster);
        }
        return config;
    }

    private static List<HostPort> members(Section cluster, int port) {
        String about = "where to look for other nodes: host, or host:port if the port is not cluster.port";
        return cluster.basic().hosts("members", List.of(), MEMBER, about).stream()
                .map(text -> HostPort.parse(text, port))
                .toList();
    }

    public HostPort busListener() {
        return new HostPort(host, busPort);
    }

    /** The text for the line that a node prints when it is ready. */
    public String summary() {
        String others = kubernetes
                .map(any -> "Kubernetes")
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
            cluster.problem("members", "is set together with cluster.kubernetes", "leave one of both out");
        }
        if (directoryTtlMs >= isolatedAfterMs) {
            cluster.problem(
                    "directoryTtlMs",
                    "is not below cluster.isolatedAfterMs",
                    "a node left alone by a crash would consider itself isolated: less than " + isolatedAfterMs
                            + " is needed");
        }
        if (ANY_ADDRESS.matcher(host).matches()) {
            cluster.problem("host", "means every address", "name the one address that the other nodes connect to");
        } else if (reachesBeyondThisMachine()) {
            checkExposed(cluster);
        }
    }

    /** A process that joins receives serialized objects and may ask every question of a node (CWE-306, CWE-502). */
    private void checkExposed(Section cluster) {
        if (tls.isEmpty()) {
            cluster.problem(
                    "tls",
                    "is missing, and the cluster reaches beyond this machine",
                    "give certificate, key and ca: the event bus then accepts only certificates of a private"
                            + " authority");
        }
        if (!trustedNetwork) {
            cluster.problem(
                    "trustedNetwork",
                    "is false, and the cluster reaches beyond this machine",
                    "let a firewall admit only the nodes to cluster.port, and write true" + NO_AUTHENTICATION);
        }
    }

    /** Whether other machines are meant to reach the ports of the cluster. Hazelcast's port does not authenticate. */
    public boolean reachesBeyondThisMachine() {
        return kubernetes.isPresent()
                || !HostPort.isLoopback(host)
                || members.stream().anyMatch(member -> !member.isLoopback());
    }

    /**
     * How Hazelcast's own plug-in finds the nodes in Kubernetes: by the DNS of a headless service, or by reading the
     * endpoints of a service from the API, which needs a role that may do so.
     */
    public record Kubernetes(Optional<String> serviceDns, Optional<String> service, Optional<String> namespace) {
        static Optional<Kubernetes> read(Section section) {
            Kubernetes kubernetes = new Kubernetes(
                    section.basic()
                            .optionalText("serviceDns", "name of a headless service whose addresses are the nodes"),
                    section.optionalText(
                            "service", "name of a service whose endpoints in the Kubernetes API are the nodes"),
                    section.optionalText("namespace", "namespace of that service; by default the one of this node"));
            if (kubernetes.serviceDns.isPresent() && kubernetes.service.isPresent()) {
                section.problem("service", "is set together with serviceDns", "leave one of both out");
            }
            if (kubernetes.namespace.isPresent() && kubernetes.service.isEmpty()) {
                section.problem("service", "is missing", "a namespace needs a service: name it");
            }
            return kubernetes.serviceDns.isPresent() || kubernetes.service.isPresent()
                    ? Optional.of(kubernetes)
                    : Optional.empty();
        }
    }

    /**
     * Mutual TLS on the event bus. Only the signing authority is checked, not host names: it must sign nodes of this
     * cluster and nothing else.
     */
    public record Tls(Pem certificate, Pem key, Pem ca) {
        static Optional<Tls> read(Section tls) {
            Optional<Pem> certificate = tls.basic()
                    .pem("certificate", Pem.Content.CERTIFICATE, "path of the PEM file with this node's certificate");
            Optional<Pem> key =
                    tls.basic().pem("key", Pem.Content.PRIVATE_KEY, "path of the PEM file with its private key");
            Optional<Pem> ca = tls.basic()
                    .pem(
                            "ca",
                            Pem.Content.CERTIFICATE,
                            "path of the PEM file with the private authority that signs this cluster's nodes only");
            boolean any = certificate.isPresent() || key.isPresent() || ca.isPresent();
            require(tls, any, certificate, "certificate");
            require(tls, any, key, "key");
            require(tls, any, ca, "ca");
            tls.requireMatching(certificate, key);
            return certificate.flatMap(c -> key.flatMap(k -> ca.map(a -> new Tls(c, k, a))));
        }

        private static void require(Section tls, boolean any, Optional<Pem> part, String name) {
            if (any && part.isEmpty()) {
                tls.problem(name, "is missing", "certificate, key and ca belong together");
            }
        }
    }
}
