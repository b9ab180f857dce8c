package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.crowd.Crowd;
import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.kit.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes and a Redis: each of them dies, stands still or is cut off while a crowd talks, and no promise breaks. */
class ClusterHistoryIT {
    private static final int ACKS = 1_250;
    private static final int SOME = 200;

    @TempDir
    static Path folder;

    private static ForkedCluster cluster;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    @BeforeAll
    static void start() throws Exception {
        cluster = ForkedCluster.start(folder);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void an_edge_is_killed(TestInfo test) throws Exception {
        judge(test, crowd -> killAndRestart(cluster.edge(), crowd));
    }

    @Test
    void a_node_without_an_edge_is_killed(TestInfo test) throws Exception {
        judge(test, crowd -> killAndRestart(cluster.core(), crowd));
    }

    @Test
    void a_node_that_does_all_is_killed(TestInfo test) throws Exception {
        judge(test, crowd -> killAndRestart(cluster.whole(), crowd));
    }

    @Test
    void redis_is_killed_and_comes_back_with_all_it_had(TestInfo test) throws Exception {
        judge(test, crowd -> {
            cluster.redis().kill();
            Await.pass(Duration.ofSeconds(1));
            cluster.redis().restart();
        });
    }

    @Test
    void redis_is_gone_for_half_a_minute(TestInfo test) throws Exception {
        judge(test, crowd -> {
            cluster.redis().kill();
            Await.pass(Duration.ofSeconds(30));
            cluster.redis().restart();
        });
    }

    @Test
    void redis_is_slow(TestInfo test) throws Exception {
        judge(test, crowd -> {
            cluster.nodes().forEach(node -> cluster.lineToRedis(node).delay(100));
            talkOn(crowd);
            cluster.nodes().forEach(node -> cluster.lineToRedis(node).pass());
        });
    }

    @Test
    void a_node_hears_nothing_from_redis(TestInfo test) throws Exception {
        judge(test, crowd -> {
            cluster.lineToRedis(cluster.whole()).stall();
            talkOn(crowd);
            cluster.lineToRedis(cluster.whole()).cut();
            talkOn(crowd);
            cluster.lineToRedis(cluster.whole()).pass();
        });
    }

    @Test
    void a_node_stands_still_for_12_seconds(TestInfo test) throws Exception {
        judge(test, crowd -> pause(cluster.whole(), 12));
    }

    @Test
    void a_node_stands_still_for_40_seconds_and_wakes_with_open_sockets(TestInfo test) throws Exception {
        Trial trial = new Trial(
                test.getDisplayName(), Crowd.Plan.seeded(seed).withPatience(120_000), cluster.doors(), cluster.nodes());
        assertThat(trial.run(ACKS, crowd -> pause(cluster.edge(), 40)).lost()).isZero();
    }

    @Test
    void a_new_release_is_rolled_out(TestInfo test) throws Exception {
        judge(test, crowd -> {
            for (NodeFork node : cluster.nodes()) {
                node.stop();
                talkOn(crowd);
                node.restart();
            }
        });
    }

    private void judge(TestInfo test, Trial.Trouble trouble) throws Exception {
        Crowd.Plan plan = Crowd.Plan.seeded(seed);
        Counts counts = new Trial(test.getDisplayName(), plan, cluster.doors(), cluster.nodes()).run(ACKS, trouble);
        assertThat(counts.acked()).isGreaterThanOrEqualTo(2 * ACKS);
        assertThat(counts.lost()).as("places that the cluster could not keep").isZero();
    }

    private static void killAndRestart(NodeFork node, Crowd crowd) throws Exception {
        node.kill();
        talkOn(crowd);
        node.restart();
    }

    private static void pause(NodeFork node, int seconds) {
        node.pause();
        Await.pass(Duration.ofSeconds(seconds));
        node.goOn();
    }

    /** The others do what the lost one can't. */
    private static void talkOn(Crowd crowd) {
        assertThat(crowd.talk(SOME, Trial.PATIENCE))
                .as("the rest of the cluster serves")
                .isTrue();
    }
}
