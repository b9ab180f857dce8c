package dev.portcullis.admin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.node.NodeFacts.NodeState;
import dev.portcullis.admin.node.NodeFacts.NodeView;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.PeerNode;
import dev.portcullis.bus.Stage;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.LoopbackCluster;
import dev.portcullis.kit.TestNode;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeLoadsTest {
    private final LoopbackCluster cluster = new LoopbackCluster();

    @AfterEach
    void close() throws Exception {
        cluster.close();
    }

    @Test
    void node_that_stands_still_or_starts_is_missing_and_the_others_are_known() throws Exception {
        NodeLoads first = loads(cluster.join("n1"), "n1", 1);
        NodeLoads second = loads(cluster.join("n2"), "n2", 2);
        Vertx third = cluster.join("n3");
        NodeLoads stopped = loads(third, "n3", 3);
        for (NodeLoads each : List.of(first, second, stopped)) {
            Await.done(each.answer(Map.of(Stage.AUTH, 1)));
        }
        assertThat(Await.done(first.of(nodes())).keySet()).contains("n1");
        assertThat(Await.until(() -> Await.done(first.of(nodes())).size() == 3)).isTrue();
        cluster.stop(third);
        assertThat(Await.until(() -> Await.done(first.of(nodes())).size() == 2)).isTrue();
        assertThat(Await.until(() -> Await.done(first.of(nodes())).equals(Map.of("n1", load(1), "n2", load(2)))))
                .isTrue();
    }

    private static NodeLoads loads(Vertx vertx, String node, long connections) {
        Bus bus = new Bus(vertx, node, TestNode.patient(new BusConfig(1_000, 100)));
        bus.updatePeers(List.of(
                new PeerNode("n1", Map.of(Stage.AUTH, 1)),
                new PeerNode("n2", Map.of(Stage.AUTH, 1)),
                new PeerNode("n3", Map.of(Stage.AUTH, 1))));
        return new NodeLoads(bus, () -> load(connections));
    }

    private static List<NodeView> nodes() {
        return List.of(
                new NodeView("n1", true, "1", Map.of("auth", 1), true, 0),
                new NodeView("n2", false, "1", Map.of("auth", 1), true, 0),
                new NodeView("n3", false, "1", Map.of("auth", 1), true, 0),
                new NodeView("n4", false, "1", Map.of(), true, 0));
    }

    private static NodeLoad load(long connections) {
        return new NodeLoad(NodeState.SERVING, 1, connections, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
}
