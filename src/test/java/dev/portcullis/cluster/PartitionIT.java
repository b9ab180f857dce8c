package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.Networks;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.CloseCode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * The network is cut between nodes, and between a node and its clients and Redis, under load. A node that was isolated
 * for too long exits, and is restarted as a supervisor would.
 */
@Tag("faults")
class PartitionIT {
    private static final int ACKS = 500;
    private static final int SOME = 200;
    private static final int WHOLE = 0;
    private static final int EDGE = 1;
    private static final Duration GIVES_UP_WITHIN = Duration.ofMinutes(2);
    private static final Duration A_WHILE = Duration.ofSeconds(8);

    @TempDir
    static Path folder;

    private static Networks networks;
    private static ForkedCluster cluster;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private TestInfo test;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Networks.areAvailable(), "network namespaces need root");
        networks = Networks.of(3);
        cluster = ForkedCluster.start(folder, networks);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (networks != null) {
            networks.close();
        }
    }

    @BeforeEach
    void heal(TestInfo info) throws Exception {
        test = info;
        networks.reconnect(WHOLE);
        networks.reconnect(EDGE);
        cluster.heal();
    }

    /** Both halves run all stages, and share only the store. */
    @Test
    void promises_hold_when_a_node_with_all_stages_is_cut_off_from_its_peers() throws Exception {
        check(workload -> {
            networks.cutFromNodes(WHOLE);
            Await.pass(A_WHILE);
            assertThat(workload.awaitAcks(SOME, Trial.PATIENCE))
                    .as("both halves serve")
                    .isTrue();
            networks.reconnect(WHOLE);
        });
    }

    /** No other stage can be reached from it. */
    @Test
    void promises_hold_when_an_edge_is_cut_off_from_all_other_stages() throws Exception {
        check(workload -> {
            networks.cutFromNodes(EDGE);
            Await.pass(A_WHILE);
            assertThat(workload.awaitAcks(SOME, Trial.PATIENCE))
                    .as("the other edge serves")
                    .isTrue();
            networks.reconnect(EDGE);
        });
    }

    @Test
    void promises_hold_when_a_node_is_cut_off_from_clients_and_redis() throws Exception {
        check(workload -> {
            networks.cutFromHost(WHOLE);
            Await.pass(A_WHILE);
            assertThat(workload.awaitAcks(SOME, Trial.PATIENCE))
                    .as("the others serve")
                    .isTrue();
            networks.reconnect(WHOLE);
        });
    }

    /** Without that they would learn of it by a broken connection, and a balancer would send more until then. */
    @Test
    void isolated_node_is_unready_and_tells_its_clients_before_it_exits() throws Exception {
        NodeFork node = cluster.whole();
        try (JdkPeer client = node.enter("ann")) {
            networks.cutFromNodes(WHOLE);
            assertThat(Await.until(() -> client.hasHeard("server_draining"), GIVES_UP_WITHIN))
                    .isTrue();
            assertThat(client.ended()).isEqualTo(CloseCode.RESTARTING.code());
            assertThat(node.awaitExit()).isEqualTo(1);
        }
    }

    private void check(Trial.Injection injection) throws Exception {
        Trial trial =
                new Trial(test.getDisplayName(), Workload.Plan.seeded(seed), cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, injection);
        assertThat(counts.lost()).as("positions that the cluster lost").isZero();
    }
}
