package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import io.vertx.core.Vertx;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What has started a node in its own process may start the next one: of the first, nothing is left in memory. */
class StoppedNodeIT {
    @Test
    void stopped_node_leaves_the_memory() {
        assertThat(leaves(stopped())).isTrue();
    }

    @Test
    void stopped_nodes_of_a_cluster_leave_the_memory() {
        assertThat(leaves(stoppedCluster())).isTrue();
    }

    private static List<WeakReference<Vertx>> stopped() {
        try (TestNode node = TestNode.start()) {
            use(node);
            return List.of(new WeakReference<>(node.vertx()));
        }
    }

    private static List<WeakReference<Vertx>> stoppedCluster() {
        try (SplitServer nodes = SplitServer.start()) {
            use(nodes);
            return nodes.vertx().stream().map(WeakReference::new).toList();
        }
    }

    private static void use(TestServer server) {
        try (ChatPeer ann = server.enter("ann", "lobby")) {
            ann.join("lobby");
            ann.say("lobby", "hello", "m1");
        }
    }

    private static boolean leaves(List<WeakReference<Vertx>> stopped) {
        return Await.until(() -> {
            System.gc();
            return stopped.stream().allMatch(node -> node.get() == null);
        });
    }
}
