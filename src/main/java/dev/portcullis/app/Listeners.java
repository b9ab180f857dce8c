package dev.portcullis.app;

import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterConfig;
import dev.portcullis.config.Section;
import java.util.ArrayList;
import java.util.List;

/** Every place where a node listens. Two of them at one place would take each other's connections, or keep it from starting. */
final class Listeners {
    /** @param key of the configuration that says where it is */
    private record Keyed(String key, Listener listener) {}

    private final List<Keyed> all = new ArrayList<>();

    Listeners(NodeConfig config) {
        ClusterConfig cluster = config.cluster();
        add(config.runs(Stage.EDGE), "http.port", config.publicListener());
        add(true, "admin.port", config.adminListener());
        add(cluster.enabled(), "cluster.port", new Listener(cluster.host(), cluster.port()));
        add(cluster.enabled(), "cluster.bus.port", config.busListener());
    }

    /** @param root takes the problems, each at the later one of a pair */
    void refuseEqual(Section root) {
        for (int later = 1; later < all.size(); later++) {
            for (Keyed earlier : all.subList(0, later)) {
                Keyed one = all.get(later);
                if (one.listener().meets(earlier.listener())) {
                    root.problem(
                            one.key(),
                            "is " + one.listener() + ", and " + earlier.key() + " is " + earlier.listener(),
                            "give each a port of its own");
                }
            }
        }
    }

    private void add(boolean runs, String key, Listener listener) {
        if (runs) {
            all.add(new Keyed(key, listener));
        }
    }
}
