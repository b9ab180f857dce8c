package dev.portcullis.app.node;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.cluster.ClusterConfig;
import dev.portcullis.config.HostPort;
import dev.portcullis.store.redis.RedisConfig;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which resolver finds the addresses of the hosts that a node connects to. That of Vert.x opens a UDP socket on all addresses
 * of the machine for each event loop that connects, even to an address. That of the JDK opens none there, but blocks an event
 * loop while it asks for a name: it is chosen only where every host is an address or localhost.
 */
final class HostResolution {
    /** Read by Vert.x whenever one is built. */
    static final String PROPERTY = "vertx.disableDnsResolver";

    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f:.%]*:[0-9A-Za-z:.%]*");

    private HostResolution() {}

    /** To be called before the node builds its Vert.x. */
    static void choose(NodeConfig config) {
        boolean names = (config.usesRedis() && isNeeded(config.redis()))
                || (config.cluster().enabled() && isNeeded(config.cluster()));
        System.setProperty(PROPERTY, String.valueOf(!names));
    }

    /** Sentinels and nodes of a Redis Cluster may announce names of which the configuration says nothing. */
    static boolean isNeeded(RedisConfig redis) {
        return redis.topology() != RedisConfig.Topology.STANDALONE
                || hasNames(redis.endpoints().stream().map(HostPort::host).toList());
    }

    /** What this node calls itself and the others stands for what the others call themselves. */
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
