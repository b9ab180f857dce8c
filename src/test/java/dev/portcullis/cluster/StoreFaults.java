package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.Faults.Injection;
import dev.portcullis.cluster.Faults.Named;
import dev.portcullis.cluster.kit.CuttableProxy;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Faults of Redis other than its death. Each leaves Redis working again, but maybe with less data. */
final class StoreFaults {
    private static final int SOME = 200;
    private static final int FEW = 20;
    private static final Duration SHORTLY = Duration.ofSeconds(2);

    private StoreFaults() {}

    /** The faults after which no data is lost. */
    static List<Named> withoutLoss() {
        return List.of(
                new Named("redis full", full()),
                new Named("redis without a replica", withoutReplica()),
                new Named("redis a replica", demoted()));
    }

    /** The faults after which data is lost. */
    static List<Named> withLoss() {
        return List.of(
                new Named("redis emptied", StoreFaults::emptied),
                new Named("redis rolled back", StoreFaults::rolledBack),
                new Named("redis rolled back while a node is paused", StoreFaults::rolledBackDuringPause),
                new Named("redis failed over", StoreFaults::failedOver));
    }

    static Injection full() {
        return refusing(List.of("CONFIG", "SET", "maxmemory", "1mb"), List.of("CONFIG", "SET", "maxmemory", "0"));
    }

    static Injection withoutReplica() {
        return refusing(
                List.of("CONFIG", "SET", "min-replicas-to-write", "1"),
                List.of("CONFIG", "SET", "min-replicas-to-write", "0"));
    }

    /** It follows a master that does not exist, so it keeps its data. */
    static Injection demoted() {
        return refusing(List.of("REPLICAOF", "127.0.0.1", "1"), List.of("REPLICAOF", "NO", "ONE"));
    }

    /** It answers, but refuses writes. */
    private static Injection refusing(List<String> command, List<String> remedy) {
        return (cluster, workload) -> {
            RedisConsole redis = new RedisConsole(cluster.redis());
            redis.ask(command.toArray(String[]::new));
            cluster.whole().awaitUnready();
            assertThat(workload.awaitAcks(1, SHORTLY))
                    .as("acks without a store")
                    .isFalse();
            redis.ask(remedy.toArray(String[]::new));
        };
    }

    static void emptied(ForkedCluster cluster, Workload workload) {
        RedisProcess redis = cluster.redis();
        redis.kill();
        workload.history().noteLoss(Long.MIN_VALUE);
        redis.loseFiles();
        redis.restart();
    }

    static void rolledBack(ForkedCluster cluster, Workload workload) {
        rolledBack(cluster, workload, SOME);
    }

    private static void rolledBack(ForkedCluster cluster, Workload workload, int acks) {
        RedisProcess redis = cluster.redis();
        long copiedAt = workload.history().now();
        Path copy = redis.copyFiles();
        keepTalking(workload, acks);
        redis.kill();
        workload.history().noteLoss(copiedAt);
        redis.takeFiles(copy);
        redis.restart();
    }

    /**
     * A node is paused meanwhile: its subscribers are at positions that Redis still has afterwards, but for what was on its way
     * to the node. In a room in which nothing was said all of them are.
     */
    static void rolledBackDuringPause(ForkedCluster cluster, Workload workload) {
        assertThat(workload.silenceFirstRoom(Trial.PATIENCE)).isTrue();
        cluster.whole().pause();
        rolledBack(cluster, workload, FEW); // before its lease ends
        cluster.whole().resume();
        workload.speakAgain();
    }

    /** Fails over to a lagging replica. */
    static void failedOver(ForkedCluster cluster, Workload workload) throws Exception {
        RedisProcess replica = RedisProcess.startKeeping();
        try (CuttableProxy proxy = CuttableProxy.to(cluster.redis().port())) {
            new RedisConsole(replica).ask("REPLICAOF", "127.0.0.1", "" + proxy.port());
            assertThat(Await.until(() -> replication(replica).contains("master_link_status:up")))
                    .as("the replica follows")
                    .isTrue();
            long replicatedAt = workload.history().now();
            awaitReplication(cluster.redis(), replica);
            proxy.stall();
            keepTalking(workload, SOME);
            cluster.redis().kill();
            workload.history().noteLoss(replicatedAt);
        }
        new RedisConsole(replica).ask("REPLICAOF", "NO", "ONE");
        cluster.failOver(replica);
    }

    /** Returns when the replica has everything that its master has now. */
    private static void awaitReplication(RedisProcess master, RedisProcess replica) {
        long wanted = new RedisConsole(master).replication("master_repl_offset");
        RedisConsole follower = new RedisConsole(replica);
        assertThat(Await.until(() -> follower.replication("slave_repl_offset") >= wanted))
                .as("the replica catches up")
                .isTrue();
    }

    private static String replication(RedisProcess redis) {
        return new RedisConsole(redis).ask("INFO", "replication");
    }

    private static void keepTalking(Workload workload, int acks) {
        assertThat(workload.awaitAcks(acks, Trial.PATIENCE))
                .as("the cluster serves")
                .isTrue();
    }
}
