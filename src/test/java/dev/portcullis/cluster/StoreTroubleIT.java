package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.crowd.Crowd;
import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.history.Waits;
import dev.portcullis.cluster.kit.CuttableProxy;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Redis refuses, forgets or is replaced while a crowd talks on three nodes. No socket is lost for it, nobody waits
 * without end, who stood where Redis forgot is told so, and all heals by itself.
 */
class StoreTroubleIT {
    private static final int ACKS = 500;
    private static final int SOME = 200;

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
        outlive(new String[] {"CONFIG", "SET", "maxmemory", "1mb"}, new String[] {"CONFIG", "SET", "maxmemory", "0"});
    }

    @Test
    void redis_has_no_replica_to_write_to_and_then_needs_none() throws Exception {
        outlive(
                new String[] {"CONFIG", "SET", "min-replicas-to-write", "1"},
                new String[] {"CONFIG", "SET", "min-replicas-to-write", "0"});
    }

    /** It follows a master that is not there, so it keeps what it has. */
    @Test
    void redis_is_a_replica_and_then_the_master_again() throws Exception {
        outlive(new String[] {"REPLICAOF", "127.0.0.1", "1"}, new String[] {"REPLICAOF", "NO", "ONE"});
    }

    @Test
    void redis_comes_back_empty() throws Exception {
        Counts counts = judge(crowd -> {
            cluster.redis().kill();
            crowd.history().noteLoss(Long.MIN_VALUE);
            cluster.redis().loseFile();
            cluster.redis().restart();
        });
        assertThat(counts.forgotten()).isGreaterThanOrEqualTo(ACKS);
    }

    @Test
    void redis_comes_back_with_an_older_file() throws Exception {
        Counts counts = judge(crowd -> {
            long copied = crowd.history().now();
            Path copy = cluster.redis().copyFile();
            assertThat(crowd.talk(SOME, Trial.PATIENCE)).isTrue();
            cluster.redis().kill();
            crowd.history().noteLoss(copied);
            cluster.redis().takeFile(copy);
            cluster.redis().restart();
        });
        assertThat(counts.forgotten()).isGreaterThanOrEqualTo(SOME / 2);
    }

    @Test
    void redis_fails_over_to_a_replica_that_lagged() throws Exception {
        RedisProcess replica = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");
        try (CuttableProxy replication = CuttableProxy.to(cluster.redis().port())) {
            Counts counts = judge(crowd -> {
                follow(replica, replication);
                long kept = crowd.history().now();
                awaitCopied(replica);
                replication.stall();
                assertThat(crowd.talk(SOME, Trial.PATIENCE)).isTrue();
                cluster.redis().kill();
                crowd.history().noteLoss(kept);
                new RedisConsole(replica).ask("REPLICAOF", "NO", "ONE");
                cluster.failOver(replica);
            });
            assertThat(counts.forgotten()).isGreaterThanOrEqualTo(SOME / 2);
        }
    }

    private static void follow(RedisProcess replica, CuttableProxy master) {
        new RedisConsole(replica).ask("REPLICAOF", "127.0.0.1", "" + master.port());
        assertThat(Await.until(() ->
                        new RedisConsole(replica).ask("INFO", "replication").contains("master_link_status:up")))
                .as("the replica follows")
                .isTrue();
    }

    /** Returns once it has all that its master had when this was asked. */
    private static void awaitCopied(RedisProcess replica) {
        long wanted = offset(cluster.redis(), "master_repl_offset");
        assertThat(Await.until(() -> offset(replica, "slave_repl_offset") >= wanted))
                .as("the replica catches up")
                .isTrue();
    }

    private static long offset(RedisProcess redis, String name) {
        Matcher found = Pattern.compile(name + ":(\\d+)").matcher(new RedisConsole(redis).ask("INFO", "replication"));
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    /** Redis answers, but takes nothing. */
    private void outlive(String[] trouble, String[] remedy) throws Exception {
        Counts counts = judge(crowd -> {
            RedisConsole redis = new RedisConsole(cluster.redis());
            redis.ask(trouble);
            cluster.whole().awaitUnready();
            assertThat(crowd.talk(1, Trial.SHORTLY)).as("acks without a store").isFalse();
            redis.ask(remedy);
        });
        assertThat(counts.unknown()).as("publishes that were refused").isPositive();
        assertThat(counts.forgotten()).isZero();
        assertThat(counts.lost()).as("places that the cluster could not keep").isZero();
    }

    private Counts judge(Trial.Trouble trouble) throws Exception {
        Trial trial = new Trial(test.getDisplayName(), Crowd.Plan.seeded(seed), cluster.doors(), cluster.nodes());
        Counts counts = trial.run(ACKS, crowd -> {
            trouble.make(crowd);
            assertThat(crowd.talk(SOME, Trial.PATIENCE)).as("they talk on").isTrue();
            assertThat(Waits.longest(crowd.history()))
                    .as("the longest wait for an answer")
                    .isLessThan(ANSWERED);
        });
        cluster.awaitReady();
        assertThat(counts.cuts()).as("sockets that were lost").isZero();
        return counts;
    }
}
