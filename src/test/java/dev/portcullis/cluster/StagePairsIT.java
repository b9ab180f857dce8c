package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.history.AnswerWaits;
import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten processes, two for each stage and none with two stages: one of each pair is killed under load (CWE-404). */
@Tag("faults")
class StagePairsIT {
    private static final int ACKS = 500;

    /** The edges start last: one is ready only where it reaches all stages. */
    private static final List<Stage> STAGES =
            List.of(Stage.AUTH, Stage.RATELIMIT, Stage.ROOMS, Stage.BROADCAST, Stage.EDGE);

    /** The page of clusters promises 2 s. The rest is slack for ten processes on two busy cores: 6.2 s with a load of 40. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** No client gives up before that. */
    private static final long PATIENCE_MS = 30_000;

    @TempDir
    Path folder;

    @Test
    void promises_hold_while_one_process_of_each_stage_is_killed() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        try (ForkedCluster cluster = ForkedCluster.of(folder, names(), stages())) {
            List<NodeFork> nodes = cluster.nodes();
            List<NodeFork> edges = nodes.subList(nodes.size() - 2, nodes.size());
            Trial trial = new Trial(
                    "one of each stage is killed", Workload.Plan.seeded(seed).withPatience(PATIENCE_MS), edges, nodes);
            Counts counts = trial.run(ACKS, workload -> {
                for (int i = 0; i < nodes.size(); i += 2) {
                    nodes.get(i).kill();
                    assertThat(workload.awaitAcks(ACKS, Trial.PATIENCE))
                            .as("acks without one of " + STAGES.get(i / 2))
                            .isTrue();
                    try (var late = edges.get(1).enter("after-" + i)) {
                        assertThat(late.isOpen()).isTrue();
                    }
                }
                Duration longest = AnswerWaits.longest(workload.history());
                System.out.println("longest wait for an answer through all kills: " + longest.toMillis() + " ms");
                assertThat(longest).isLessThan(PAUSE);
            });
            assertThat(counts.lost()).as("positions that the cluster lost").isZero();
        }
    }

    private static List<String> names() {
        return STAGES.stream()
                .flatMap(stage -> Stream.of(stage.id() + "-1", stage.id() + "-2"))
                .toList();
    }

    private static List<List<String>> stages() {
        return STAGES.stream()
                .flatMap(stage -> Stream.of(List.of(stage.id()), List.of(stage.id())))
                .toList();
    }
}
