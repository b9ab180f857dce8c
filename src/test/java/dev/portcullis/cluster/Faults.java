package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import dev.portcullis.kit.Await;
import java.time.Duration;
import java.util.List;

/** What can be done to a cluster. Each leaves it whole again. */
final class Faults {
    private static final int SOME = 200;

    private Faults() {}

    /** Something is done to the cluster while the crowd talks. */
    interface Trouble {
        void make(ForkedCluster cluster, Workload workload) throws Exception;
    }

    /** A trouble that goes by a name. */
    record Named(String name, Trouble trouble) {}

    /** Those of which any may follow any other. */
    static List<Named> all() {
        return List.of(
                new Named("edge killed", killed(1)),
                new Named("core killed", killed(2)),
                new Named("whole killed", killed(0)),
                new Named("redis killed", redisGone(1)),
                new Named("redis slow", Faults::redisSlow),
                new Named("redis unheard", Faults::redisUnheard),
                new Named("whole paused", paused(0, 12)),
                new Named("edge paused", paused(1, 12)),
                new Named("core paused", paused(2, 12)),
                new Named("rolled out", Faults::rolledOut));
    }

    static Trouble killed(int node) {
        return (cluster, workload) -> {
            NodeFork victim = cluster.nodes().get(node);
            victim.kill();
            talkOn(workload);
            victim.restart();
        };
    }

    static Trouble redisGone(int seconds) {
        return (cluster, workload) -> {
            cluster.redis().kill();
            Await.pass(Duration.ofSeconds(seconds));
            cluster.redis().restart();
        };
    }

    static void redisSlow(ForkedCluster cluster, Workload workload) {
        cluster.nodes().forEach(node -> cluster.lineToRedis(node).delay(100));
        talkOn(workload);
        cluster.nodes().forEach(node -> cluster.lineToRedis(node).pass());
    }

    static void redisUnheard(ForkedCluster cluster, Workload workload) {
        cluster.lineToRedis(cluster.whole()).stall();
        talkOn(workload);
        cluster.lineToRedis(cluster.whole()).cut();
        talkOn(workload);
        cluster.lineToRedis(cluster.whole()).pass();
    }

    static Trouble paused(int node, int seconds) {
        return (cluster, workload) -> {
            NodeFork victim = cluster.nodes().get(node);
            victim.pause();
            Await.pass(Duration.ofSeconds(seconds));
            victim.goOn();
        };
    }

    static void rolledOut(ForkedCluster cluster, Workload workload) throws Exception {
        for (NodeFork node : cluster.nodes()) {
            node.stop();
            talkOn(workload);
            node.restart();
        }
    }

    /** The others do what the lost one can't. */
    private static void talkOn(Workload workload) {
        assertThat(workload.talk(SOME, Trial.PATIENCE))
                .as("the rest of the cluster serves")
                .isTrue();
    }
}
