package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.crowd.Crowd;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.kit.Await;
import java.time.Duration;
import java.util.List;

/** What can be done to a cluster. Each leaves it whole again. */
final class Troubles {
    private static final int SOME = 200;

    private Troubles() {}

    /** Something is done to the cluster while the crowd talks. */
    interface Trouble {
        void make(ForkedCluster cluster, Crowd crowd) throws Exception;
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
                new Named("redis slow", Troubles::redisSlow),
                new Named("redis unheard", Troubles::redisUnheard),
                new Named("whole paused", paused(0, 12)),
                new Named("edge paused", paused(1, 12)),
                new Named("core paused", paused(2, 12)),
                new Named("rolled out", Troubles::rolledOut));
    }

    static Trouble killed(int node) {
        return (cluster, crowd) -> {
            NodeFork victim = cluster.nodes().get(node);
            victim.kill();
            talkOn(crowd);
            victim.restart();
        };
    }

    static Trouble redisGone(int seconds) {
        return (cluster, crowd) -> {
            cluster.redis().kill();
            Await.pass(Duration.ofSeconds(seconds));
            cluster.redis().restart();
        };
    }

    static void redisSlow(ForkedCluster cluster, Crowd crowd) {
        cluster.nodes().forEach(node -> cluster.lineToRedis(node).delay(100));
        talkOn(crowd);
        cluster.nodes().forEach(node -> cluster.lineToRedis(node).pass());
    }

    static void redisUnheard(ForkedCluster cluster, Crowd crowd) {
        cluster.lineToRedis(cluster.whole()).stall();
        talkOn(crowd);
        cluster.lineToRedis(cluster.whole()).cut();
        talkOn(crowd);
        cluster.lineToRedis(cluster.whole()).pass();
    }

    static Trouble paused(int node, int seconds) {
        return (cluster, crowd) -> {
            NodeFork victim = cluster.nodes().get(node);
            victim.pause();
            Await.pass(Duration.ofSeconds(seconds));
            victim.goOn();
        };
    }

    static void rolledOut(ForkedCluster cluster, Crowd crowd) throws Exception {
        for (NodeFork node : cluster.nodes()) {
            node.stop();
            talkOn(crowd);
            node.restart();
        }
    }

    /** The others do what the lost one can't. */
    private static void talkOn(Crowd crowd) {
        assertThat(crowd.talk(SOME, Trial.PATIENCE))
                .as("the rest of the cluster serves")
                .isTrue();
    }
}
