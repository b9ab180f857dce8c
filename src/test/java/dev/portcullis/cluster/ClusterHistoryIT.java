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

/** Three nodes and a Redis: each of them is killed, paused or cut off under load, and every promise holds. */
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
    void heal(TestInfo info) throws Exception {
        test = info;
        cluster.heal();
    }

    @Test
    void promises_hold_when_an_edge_is_killed() throws Exception {
        check(Faults.killed(EDGE));
    }

    @Test
    @Tag("faults")
    void promises_hold_when_a_node_without_an_edge_is_killed() throws Exception {
        check(Faults.killed(CORE));
    }

    @Test
    @Tag("faults")
    void promises_hold_when_a_node_with_all_stages_is_killed() throws Exception {
        check(Faults.killed(WHOLE));
    }

    @Test
    @Tag("faults")
    void promises_hold_when_redis_is_killed_and_restarts_with_its_data() throws Exception {
        check(Faults.redisDown(1));
    }

    @Test
    @Tag("faults")
    void promises_hold_when_redis_is_down_for_30_seconds() throws Exception {
        check(Faults.redisDown(30));
    }

    @Test
    @Tag("faults")
    void promises_hold_when_redis_is_slow() throws Exception {
        check(Faults::redisSlow);
    }

    @Test
    @Tag("faults")
    void promises_hold_when_redis_does_not_answer_one_node() throws Exception {
        check(Faults::redisUnreachable);
    }

    @Test
    @Tag("faults")
    void promises_hold_when_a_node_is_paused_for_12_seconds() throws Exception {
        check(Faults.paused(WHOLE, 12));
    }

    @Test
    @Tag("faults")
    void promises_hold_when_a_node_without_an_edge_is_paused_for_12_seconds() throws Exception {
        check(Faults.paused(CORE, 12));
    }

    /** Its clients have long timeouts, so the node itself has to tell them that it was away. */
    @Test
    @Tag("faults")
    void promises_hold_when_a_node_is_paused_for_40_seconds_and_resumes_with_open_sockets() throws Exception {
        check(Workload.Plan.seeded(seed).withPatience(120_000), Faults.paused(EDGE, 40));
    }

    @Test
    @Tag("faults")
    void promises_hold_during_a_rolling_restart() throws Exception {
        check(Faults::rollingRestart);
    }

    private void check(Injection injection) throws Exception {
        check(Workload.Plan.seeded(seed), injection);
    }

    private void check(Workload.Plan plan, Injection injection) throws Exception {
        Trial trial = new Trial(test.getDisplayName(), plan, cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, workload -> injection.inject(cluster, workload));
        cluster.awaitReady(); // no node exited that was not killed
        assertThat(counts.acked()).isGreaterThanOrEqualTo(2 * ACKS);
        assertThat(counts.lost()).as("positions that the cluster lost").isZero();
    }
}
