package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.redis.RedisConfig.Topology;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The fields of a server's {@code INFO} that the store uses.
 *
 * @param replicas those that follow it, and have what it had when they began
 * @param requiresReplicas whether it refuses writes while it has too few
 */
record ServerInfo(
        String version,
        boolean master,
        boolean loading,
        boolean clustered,
        String evictionPolicy,
        int replicas,
        boolean requiresReplicas,
        boolean appendOnly) {
    private static final Pattern REPLICA = Pattern.compile("slave\\d+");

    private static final String NEVER_EVICTS = "noeviction";

    static ServerInfo parse(String text) {
        Map<String, String> facts = new HashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                facts.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new ServerInfo(
                facts.getOrDefault("redis_version", "0"),
                "master".equals(facts.get("role")),
                "1".equals(facts.get("loading")),
                "1".equals(facts.get("cluster_enabled")),
                facts.getOrDefault("maxmemory_policy", NEVER_EVICTS),
                (int) facts.entrySet().stream()
                        .filter(each -> REPLICA.matcher(each.getKey()).matches()
                                && each.getValue().contains("state=online"))
                        .count(),
                facts.containsKey("min_slaves_good_slaves"),
                "1".equals(facts.get("aof_enabled")));
    }

    /** The setting that an operator has to correct before this server can be used. */
    Optional<String> misconfiguration(HostPort at, Topology topology) {
        if (isOld()) {
            return Optional.of("Redis at " + at + " is version " + version + "; 6.2 or newer is needed");
        }
        if (clustered && topology != Topology.CLUSTER) {
            return Optional.of(
                    "Redis at " + at + " is one node of a Redis Cluster; set store.redis.topology to cluster");
        }
        if (!clustered && topology == Topology.CLUSTER) {
            return Optional.of("Redis at " + at + " is not a node of a Redis Cluster; correct store.redis.topology");
        }
        return Optional.empty();
    }

    /** The reason why the server can't be used yet. */
    Optional<String> notReady(HostPort at) {
        return loading
                ? Optional.of("Redis at " + at + " is still reading its file; wait until it has")
                : Optional.empty();
    }

    /** The reason why the server can't be used now; it may be promoted to master later. */
    Optional<String> notMaster(HostPort at) {
        return master
                ? Optional.empty()
                : Optional.of("Redis at " + at + " is a replica; store.redis.uri must name a master");
    }

    /** Whether the server evicts data when its memory is full. */
    boolean evicting() {
        return !NEVER_EVICTS.equals(evictionPolicy);
    }

    private boolean isOld() {
        String[] parts = version.split("\\.", 3);
        int major = number(parts[0]);
        return major < 6 || (major == 6 && (parts.length < 2 || number(parts[1]) < 2));
    }

    private static int number(String digits) {
        return digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : 0;
    }
}
