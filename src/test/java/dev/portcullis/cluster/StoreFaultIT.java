package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.Faults.Injection;
import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.history.Waits;
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
 * Redis refuses, forgets or is replaced while a crowd talks on three nodes. No socket is lost for it, nobody waits
 * without end, who stood where Redis forgot is told so, and all heals by itself.
 */
@Tag("faults")
class StoreFaultIT {
    private static final int ACKS = 500;

    /** The protocol's bound for an answer, and what a busy machine adds. */
    private static final Duration ANSWERED = Duration.ofMillis(6_500);

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
    void redis_is_full_and_then_has_room_again() throws Exception {
        assertNothingIsLost(StoreFaults.full());
    }

    @Test
    void redis_misses_the_replica_that_it_must_have_and_then_needs_none() throws Exception {
        assertNothingIsLost(StoreFaults.withoutReplica());
    }

    @Test
    void redis_is_a_replica_and_then_the_master_again() throws Exception {
        assertNothingIsLost(StoreFaults.demoted());
    }

    @Test
    void redis_comes_back_empty() throws Exception {
        assertForgotten(StoreFaults::emptied);
    }

    @Test
    void redis_comes_back_with_an_older_file() throws Exception {
        assertForgotten(StoreFaults::rolledBack);
    }

    /** Who stood before the place to which Redis is set back goes on from there, and only the others are told. */
    @Test
    void redis_comes_back_with_an_older_file_and_a_node_that_stood_still_has_missed_nothing() throws Exception {
        Workload.Plan patient = Workload.Plan.seeded(seed).withPatience(60_000);
        Trial trial = new Trial(test.getDisplayName(), patient, cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, workload -> StoreFaults.rolledBackDuringPause(cluster, workload));
        cluster.awaitReady();
        assertThat(counts.forgotten()).as("entries that Redis forgot").isPositive();
        assertThat(counts.lost())
                .as("places that are no more")
                .isPositive()
                .isLessThan(patient.users() * patient.devices() * patient.roomsEach());
        assertThat(counts.cuts()).as("sockets that were lost").isZero();
    }

    @Test
    void redis_fails_over_to_a_replica_that_lagged() throws Exception {
        assertForgotten(StoreFaults::failedOver);
    }

    private void assertNothingIsLost(Injection trouble) throws Exception {
        Counts counts = judge(trouble);
        assertThat(counts.unknown()).as("publishes that were refused").isPositive();
        assertThat(counts.forgotten()).isZero();
        assertThat(counts.lost()).as("places that the cluster could not keep").isZero();
    }

    private void assertForgotten(Injection trouble) throws Exception {
        Counts counts = judge(trouble);
        assertThat(counts.forgotten()).as("entries that Redis forgot").isPositive();
        assertThat(counts.lost()).as("places that are no more").isPositive();
    }

    private Counts judge(Injection trouble) throws Exception {
        Trial trial = new Trial(test.getDisplayName(), Workload.Plan.seeded(seed), cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, workload -> {
            trouble.inject(cluster, workload);
            assertThat(workload.talk(ACKS, Trial.PATIENCE)).as("it heals").isTrue();
            assertThat(Waits.longest(workload.history()))
                    .as("the longest wait for an answer")
                    .isLessThan(ANSWERED);
        });
        cluster.awaitReady();
        assertThat(counts.cuts()).as("sockets that were lost").isZero();
        return counts;
    }
}
