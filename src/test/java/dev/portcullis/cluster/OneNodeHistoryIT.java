package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import dev.portcullis.forked.ForkedNode;
import dev.portcullis.kit.Await;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node with an embedded store is killed, paused and restarted under load. */
@Tag("faults")
class OneNodeHistoryIT {
    private static final int ACKS = 500;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    @TempDir
    Path folder;

    @Test
    void promises_hold_when_the_node_is_killed_under_load() throws Exception {
        Counts counts = check("one node killed", (node, workload) -> {
            for (int i = 0; i < 3; i++) {
                node.kill();
                node.restart();
                assertThat(workload.awaitAcks(ACKS, Trial.PATIENCE)).isTrue();
            }
        });
        assertThat(counts.resumed()).isGreaterThan(20);
        assertThat(counts.lost()).isZero();
    }

    @Test
    void promises_hold_during_a_planned_restart() throws Exception {
        Counts counts = check("one node restarted", (node, workload) -> {
            node.stop();
            node.restart();
        });
        assertThat(counts.lost()).isZero();
    }

    @Test
    void promises_hold_during_a_pause() throws Exception {
        check("one node paused", (node, workload) -> {
            node.pause();
            assertThat(Await.until(() -> !workload.awaitAcks(1, Trial.SHORTLY)))
                    .as("only acks in flight arrive from a paused node")
                    .isTrue();
            node.resume();
        });
    }

    private interface Injection {
        void inject(NodeFork node, Workload workload) throws Exception;
    }

    private Counts check(String name, Injection injection) throws Exception {
        try (NodeFork node = NodeFork.start("node", ForkedNode.configIn(folder), "drain.windowMs=500")) {
            return new Trial(name, Workload.Plan.seeded(seed), List.of(node), List.of(node))
                    .run(ACKS, workload -> injection.inject(node, workload));
        }
    }
}
