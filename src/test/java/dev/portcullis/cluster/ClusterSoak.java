package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Injects one fault after another, at random from a printed seed, for as long as asked:
 * {@code mvn verify -Psoak -Dit.test=ClusterSoak -Dportcullis.soakMinutes=60}. Each has a workload of its own; the cluster and its state
 * remain.
 */
class ClusterSoak {
    private static final int ACKS = 500;
    private static final Duration TIME = Duration.ofMinutes(Long.getLong("portcullis.soakMinutes", 30));

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    @TempDir
    Path folder;

    @Test
    void promises_hold_under_random_faults() throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Random random = new Random(seed);
        List<Faults.Named> withLoss = StoreFaults.withLoss();
        List<Faults.Named> faults = Stream.of(Faults.all(), StoreFaults.withoutLoss(), withLoss)
                .flatMap(List::stream)
                .toList();
        long end = System.nanoTime() + TIME.toNanos();
        try (ForkedCluster cluster = ForkedCluster.start(folder)) {
            while (System.nanoTime() - end < 0) {
                Faults.Named next = faults.get(random.nextInt(faults.size()));
                Workload.Plan plan = Workload.Plan.seeded(random.nextLong());
                Counts counts = new Trial(next.name(), plan, cluster.edgeNodes(), cluster.nodes())
                        .run(ACKS, workload -> next.injection().inject(cluster, workload));
                assertThat(counts.lost() == 0 || withLoss.contains(next))
                        .as("%d positions that the cluster lost, portcullis.seed=%d", counts.lost(), seed)
                        .isTrue();
                cluster.awaitReady();
            }
        }
    }
}
