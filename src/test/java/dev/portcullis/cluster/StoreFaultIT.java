package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.Faults.Injection;
import dev.portcullis.cluster.history.AnswerWaits;
import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
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
 * Redis refuses writes, loses data or is replaced under load on three nodes. No connection is closed for it, every
 * answer comes within its bound, a subscriber whose position Redis lost is told so, and the cluster heals by itself.
 */
@Tag("faults")
class StoreFaultIT {
    private static final int ACKS = 500;

    /** The protocol's bound for an answer, and as much again for a busy machine. */
    private static final Duration ANSWERED = Duration.ofSeconds(10);

    /** Only the server may close a connection. */
    private static final int PATIENCE_MS = 30_000;

    /** A node that is paused stays a member: only its lease of 10 s ends it. */
    private static final String[] BELIEVING = {
        "cluster.memberTimeoutMs=60000", "cluster.directoryTtlMs=60000", "cluster.isolatedAfterMs=120000"
    };

    @TempDir
    static Path folder;

    private static ForkedCluster cluster;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private TestInfo test;

    @BeforeAll
    static void start() throws Exception {
        cluster = ForkedCluster.start(folder, BELIEVING);
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
    void nothing_is_lost_while_redis_is_out_of_memory() throws Exception {
        assertNothingIsLost(StoreFaults.full());
    }

    @Test
    void nothing_is_lost_while_redis_lacks_a_required_replica() throws Exception {
        assertNothingIsLost(StoreFaults.withoutReplica());
    }

    @Test
    void nothing_is_lost_while_redis_is_a_replica() throws Exception {
        assertNothingIsLost(StoreFaults.demoted());
    }

    @Test
    void loss_is_reported_when_redis_comes_back_empty() throws Exception {
        assertLossIsReported(StoreFaults::emptied);
    }

    @Test
    void loss_is_reported_when_redis_comes_back_with_an_older_file() throws Exception {
        assertLossIsReported(StoreFaults::rolledBack);
    }

    /**
     * Subscribers at a position that the older file contains continue from there; only the others are told of the loss.
     */
    @Test
    void paused_node_loses_nothing_when_redis_comes_back_with_an_older_file() throws Exception {
        Workload.Plan plan = Workload.Plan.seeded(seed).withPatience(60_000);
        Trial trial = new Trial(test.getDisplayName(), plan, cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, workload -> StoreFaults.rolledBackDuringPause(cluster, workload));
        cluster.awaitReady();
        int positions = plan.users() * plan.devices() * plan.roomsEach();
        assertThat(counts.forgotten()).as("entries that Redis lost").isPositive();
        assertThat(counts.lost())
                .as("positions that were lost, of rooms in which something was said")
                .isPositive()
                .isLessThanOrEqualTo(positions - positions / plan.rooms());
        assertThat(counts.disconnects()).as("connections that were closed").isZero();
    }

    @Test
    void loss_is_reported_when_redis_fails_over_to_a_lagging_replica() throws Exception {
        assertLossIsReported(StoreFaults::failedOver);
    }

    private void assertNothingIsLost(Injection injection) throws Exception {
        Counts counts = check(injection);
        assertThat(counts.unknown()).as("publishes that were refused").isPositive();
        assertThat(counts.forgotten()).isZero();
        assertThat(counts.lost()).as("positions that the cluster lost").isZero();
    }

    private void assertLossIsReported(Injection injection) throws Exception {
        Counts counts = check(injection);
        assertThat(counts.forgotten()).as("entries that Redis lost").isPositive();
        assertThat(counts.lost()).as("positions that were lost").isPositive();
    }

    private Counts check(Injection injection) throws Exception {
        Workload.Plan plan = Workload.Plan.seeded(seed).withPatience(PATIENCE_MS);
        Trial trial = new Trial(test.getDisplayName(), plan, cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, workload -> {
            injection.inject(cluster, workload);
            assertThat(workload.awaitAcks(ACKS, Trial.PATIENCE)).as("it heals").isTrue();
            assertThat(AnswerWaits.longest(workload.history()))
                    .as("the longest wait for an answer")
                    .isLessThan(ANSWERED);
        });
        cluster.awaitReady();
        assertThat(counts.disconnects()).as("connections that were closed").isZero();
        return counts;
    }
}
