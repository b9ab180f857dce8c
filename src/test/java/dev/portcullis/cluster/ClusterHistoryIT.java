package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.Faults.Injection;
import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes and a Redis: each of them dies, stands still or is cut off while a crowd talks, and no promise breaks. */
class ClusterHistoryIT {
    private static final int ACKS = 1_250;
    private static final int WHOLE = 0;
    private static final int EDGE = 1;
    private static final int CORE = 2;

    @TempDir
    static Path folder;

    private static ForkedCluster cluster;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private TestInfo test;

    @BeforeAll
    static void start() throws Exception {
        cluster = ForkedCluster.start(folder);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void heal(TestInfo now) throws Exception {
        test = now;
        cluster.heal();
    }

    @Test
    void an_edge_is_killed() throws Exception {
        judge(Faults.killed(EDGE));
    }

    @Test
    @Tag("faults")
    void a_node_without_an_edge_is_killed() throws Exception {
        judge(Faults.killed(CORE));
    }

    @Test
    @Tag("faults")
    void a_node_that_does_all_is_killed() throws Exception {
        judge(Faults.killed(WHOLE));
    }

    @Test
    @Tag("faults")
    void redis_is_killed_and_comes_back_with_all_it_had() throws Exception {
        judge(Faults.redisDown(1));
    }

    @Test
    @Tag("faults")
    void redis_is_gone_for_half_a_minute() throws Exception {
        judge(Faults.redisDown(30));
    }

    @Test
    @Tag("faults")
    void redis_is_slow() throws Exception {
        judge(Faults::redisSlow);
    }

    @Test
    @Tag("faults")
    void a_node_hears_nothing_from_redis() throws Exception {
        judge(Faults::redisUnreachable);
    }

    @Test
    @Tag("faults")
    void a_node_stands_still_for_12_seconds() throws Exception {
        judge(Faults.paused(WHOLE, 12));
    }

    @Test
    @Tag("faults")
    void a_node_without_an_edge_stands_still_for_12_seconds() throws Exception {
        judge(Faults.paused(CORE, 12));
    }

    /** Its clients are patient: they find out from the node itself that it was away. */
    @Test
    @Tag("faults")
    void a_node_stands_still_for_40_seconds_and_wakes_with_open_sockets() throws Exception {
        judge(Workload.Plan.seeded(seed).withPatience(120_000), Faults.paused(EDGE, 40));
    }

    @Test
    @Tag("faults")
    void a_new_release_is_rolled_out() throws Exception {
        judge(Faults::rollingRestart);
    }

    private void judge(Injection trouble) throws Exception {
        judge(Workload.Plan.seeded(seed), trouble);
    }

    private void judge(Workload.Plan plan, Injection trouble) throws Exception {
        Trial trial = new Trial(test.getDisplayName(), plan, cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, workload -> trouble.inject(cluster, workload));
        cluster.awaitReady(); // nobody ended who was not killed
        assertThat(counts.acked()).isGreaterThanOrEqualTo(2 * ACKS);
        assertThat(counts.lost()).as("places that the cluster could not keep").isZero();
    }
}
