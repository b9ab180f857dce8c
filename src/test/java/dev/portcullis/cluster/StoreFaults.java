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

/** What can happen to Redis beside its death. Each leaves it whole again, but maybe with less than it had. */
final class StoreFaults {
    private static final int SOME = 200;
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private StoreFaults() {}

    /** Those after which all is as it was. */
    static List<Named> withoutLoss() {
        return List.of(
                new Named("redis full", full()),
                new Named("redis without a replica", withoutReplica()),
                new Named("redis a replica", demoted()));
    }

    /** Those after which something is gone. */
    static List<Named> withLoss() {
        return List.of(
                new Named("redis emptied", StoreFaults::emptied),
                new Named("redis set back", StoreFaults::rolledBack),
                new Named("redis set back behind a node", StoreFaults::rolledBackDuringPause),
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

    /** It follows a master that is not there, so it keeps what it has. */
    static Injection demoted() {
        return refusing(List.of("REPLICAOF", "127.0.0.1", "1"), List.of("REPLICAOF", "NO", "ONE"));
    }

    /** It answers, and takes nothing. */
    private static Injection refusing(List<String> trouble, List<String> remedy) {
        return (cluster, workload) -> {
            RedisConsole redis = new RedisConsole(cluster.redis());
            redis.ask(trouble.toArray(String[]::new));
            cluster.whole().awaitUnready();
            assertThat(workload.talk(1, A_WHILE)).as("acks without a store").isFalse();
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
        RedisProcess redis = cluster.redis();
        long copied = workload.history().now();
        Path copy = redis.copyFiles();
        keepTalking(workload);
        redis.kill();
        workload.history().noteLoss(copied);
        redis.takeFiles(copy);
        redis.restart();
    }

    /** A node stands still meanwhile: its members are no further than what Redis comes back with. */
    static void rolledBackDuringPause(ForkedCluster cluster, Workload workload) {
        cluster.whole().pause();
        rolledBack(cluster, workload);
        cluster.whole().resume();
    }

    /** To a replica that lagged. */
    static void failedOver(ForkedCluster cluster, Workload workload) throws Exception {
        RedisProcess replica = RedisProcess.startKeeping();
        try (CuttableProxy line = CuttableProxy.to(cluster.redis().port())) {
            new RedisConsole(replica).ask("REPLICAOF", "127.0.0.1", "" + line.port());
            assertThat(Await.until(() -> replication(replica).contains("master_link_status:up")))
                    .as("the replica follows")
                    .isTrue();
            long kept = workload.history().now();
            awaitReplication(cluster.redis(), replica);
            line.stall();
            keepTalking(workload);
            cluster.redis().kill();
            workload.history().noteLoss(kept);
        }
        new RedisConsole(replica).ask("REPLICAOF", "NO", "ONE");
        cluster.failOver(replica);
    }

    /** Returns once the replica has what its master has now. */
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

    private static void keepTalking(Workload workload) {
        assertThat(workload.talk(SOME, Trial.PATIENCE)).as("the cluster serves").isTrue();
    }
}
