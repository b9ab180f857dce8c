package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import dev.portcullis.kit.Await;
import java.time.Duration;
import java.util.List;

/** Faults of nodes and networks. Each leaves the cluster whole again. */
final class Faults {
    private static final int SOME = 200;

    private Faults() {}

    /** Injects one fault under load. */
    interface Injection {
        void inject(ForkedCluster cluster, Workload workload) throws Exception;
    }

    /** A fault with a name. */
    record Named(String name, Injection injection) {}

    /** The faults of which any may follow any other. */
    static List<Named> all() {
        return List.of(
                new Named("edge killed", killed(1)),
                new Named("core killed", killed(2)),
                new Named("whole killed", killed(0)),
                new Named("redis killed", redisDown(1)),
                new Named("redis slow", Faults::redisSlow),
                new Named("redis unreachable", Faults::redisUnreachable),
                new Named("whole paused", paused(0, 12)),
                new Named("edge paused", paused(1, 12)),
                new Named("core paused", paused(2, 12)),
                new Named("rolling restart", Faults::rollingRestart));
    }

    static Injection killed(int node) {
        return (cluster, workload) -> {
            NodeFork victim = cluster.nodes().get(node);
            victim.kill();
            keepTalking(workload);
            victim.restart();
        };
    }

    static Injection redisDown(int seconds) {
        return (cluster, workload) -> {
            cluster.redis().kill();
            Await.pass(Duration.ofSeconds(seconds));
            cluster.redis().restart();
        };
    }

    static void redisSlow(ForkedCluster cluster, Workload workload) {
        cluster.nodes().forEach(node -> cluster.proxyToRedis(node).delay(100));
        keepTalking(workload);
        cluster.nodes().forEach(node -> cluster.proxyToRedis(node).pass());
    }

    static void redisUnreachable(ForkedCluster cluster, Workload workload) {
        cluster.proxyToRedis(cluster.whole()).stall();
        keepTalking(workload);
        cluster.proxyToRedis(cluster.whole()).cut();
        keepTalking(workload);
        cluster.proxyToRedis(cluster.whole()).pass();
    }

    static Injection paused(int node, int seconds) {
        return (cluster, workload) -> {
            NodeFork victim = cluster.nodes().get(node);
            victim.pause();
            Await.pass(Duration.ofSeconds(seconds));
            victim.resume();
        };
    }

    static void rollingRestart(ForkedCluster cluster, Workload workload) throws Exception {
        for (NodeFork node : cluster.nodes()) {
            node.stop();
            keepTalking(workload);
            node.restart();
        }
    }

    /** Returns when the rest of the cluster has acknowledged some messages. */
    private static void keepTalking(Workload workload) {
        assertThat(workload.awaitAcks(SOME, Trial.PATIENCE))
                .as("the rest of the cluster serves")
                .isTrue();
    }
}
