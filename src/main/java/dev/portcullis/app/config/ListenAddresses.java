package dev.portcullis.app.config;

import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterConfig;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Section;
import dev.portcullis.http.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Every address on which a node listens. Two listeners on one address would take each other's connections, or stop the
 * start.
 */
final class ListenAddresses {
    private static final Pattern WILDCARD = Pattern.compile("(?i)0+(\\.0+){0,3}|[0:]+|::ffff:0\\.0\\.0\\.0");

    /** @param key the configuration key of its port */
    private record Keyed(String key, HostPort listener) {}

    private final List<Keyed> all = new ArrayList<>();

    ListenAddresses(NodeConfig config) {
        ClusterConfig cluster = config.cluster();
        add(config.runs(Stage.EDGE), "http.port", config.publicListener());
        add(true, "admin.port", config.adminListener());
        add(cluster.enabled(), "cluster.port", new HostPort(cluster.host(), cluster.port()));
        add(cluster.enabled(), "cluster.bus.port", config.busListener());
    }

    /** @param root collects the problems, each at the second key of a pair */
    void refuseEqual(Section root) {
        for (int later = 1; later < all.size(); later++) {
            for (Keyed earlier : all.subList(0, later)) {
                Keyed one = all.get(later);
                if (conflict(one.listener(), earlier.listener())) {
                    root.problem(
                            one.key(),
                            "is " + one.listener() + ", and " + earlier.key() + " is " + earlier.listener(),
                            "give each a port of its own");
                }
            }
        }
    }

    /**
     * Whether both can't be bound at once. A name conflicts with every host, because its address can change after the
     * check (CWE-367).
     */
    private static boolean conflict(HostPort one, HostPort other) {
        return one.port() == other.port()
                && one.port() != 0 // 0 means any free port
                && (isWildcard(one.host()) || isWildcard(other.host()) || isSame(one.host(), other.host()));
    }

    private static boolean isWildcard(String host) {
        return WILDCARD.matcher(host).matches();
    }

    private static boolean isSame(String one, String other) {
        Optional<IpAddress> first = IpAddress.parse(one);
        Optional<IpAddress> second = IpAddress.parse(other);
        return first.isEmpty() || second.isEmpty() || first.equals(second);
    }

    private void add(boolean runs, String key, HostPort listener) {
        if (runs) {
            all.add(new Keyed(key, listener));
        }
    }
}
