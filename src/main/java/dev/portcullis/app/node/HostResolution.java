package dev.portcullis.app.node;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.cluster.ClusterConfig;
import dev.portcullis.config.HostPort;
import dev.portcullis.store.redis.RedisConfig;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Chooses the resolver for the hosts that a node connects to. The resolver of Vert.x opens a UDP socket on all
 * addresses of the machine for each event loop that connects, even to an address. That of the JDK opens none, but
 * blocks an event loop while it resolves a name: it is chosen only if every host is an address or localhost.
 */
final class HostResolution {
    /** Vert.x reads this property whenever an instance is built. */
    static final String PROPERTY = "vertx.disableDnsResolver";

    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f:.%]*:[0-9A-Za-z:.%]*");

    private HostResolution() {}

    /** Call this before the node builds its Vert.x. */
    static void choose(NodeConfig config) {
        boolean names = (config.usesRedis() && isNeeded(config.redis()))
                || (config.cluster().enabled() && isNeeded(config.cluster()));
        System.setProperty(PROPERTY, String.valueOf(!names));
    }

    /** Sentinels and nodes of a Redis Cluster may announce names that are not in the configuration. */
    static boolean isNeeded(RedisConfig redis) {
        return redis.topology() != RedisConfig.Topology.STANDALONE
                || hasNames(redis.endpoints().stream().map(HostPort::host).toList());
    }

    /** Peer nodes are assumed to announce hosts of the same kind as the configured ones. */
    static boolean isNeeded(ClusterConfig cluster) {
        return cluster.kubernetes().isPresent()
                || hasNames(Stream.concat(
                                Stream.of(cluster.host()),
                                cluster.members().stream().map(HostPort::host))
                        .toList());
    }

    static boolean hasNames(List<String> hosts) {
        return !hosts.stream()
                .allMatch(host ->
                        HostPort.isLoopback(host) || ADDRESS.matcher(host).matches());
    }
}
