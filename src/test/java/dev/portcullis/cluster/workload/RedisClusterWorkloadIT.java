package dev.portcullis.cluster.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.HistoryChecker;
import dev.portcullis.cluster.history.Judgement;
import dev.portcullis.kit.RedisCluster;
import dev.portcullis.kit.SplitServer;
import dev.portcullis.protocol.Role;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rooms that lie with three masters of a Redis Cluster, of which one dies. */
@Tag("faults")
class RedisClusterWorkloadIT {
    private static final int ACKS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private record Of(SplitServer site) implements Door {
        @Override
        public String name() {
            return "edge";
        }

        @Override
        public URI ws() {
            return site.ws();
        }

        @Override
        public String token(String user, Role role) {
            return site.token(user, role, "crowd-*");
        }
    }

    @Test
    void a_master_dies_and_its_replica_takes_its_lanes() {
        try (RedisCluster redis = RedisCluster.start();
                SplitServer site = SplitServer.on(redis);
                Workload workload = Workload.enter(List.of(new Of(site)), plan())) {
            assertThat(workload.talk(ACKS, PATIENCE)).isTrue();
            long kept = workload.history().now();
            redis.awaitReplica(); // it may lack what its master acknowledges from here on
            redis.master(0).kill();
            workload.history().noteLoss(kept);
            assertThat(workload.talk(ACKS, PATIENCE))
                    .as("the other lanes serve")
                    .isTrue();
            assertThat(workload.settle(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, workload.whereabouts())
                    .isTrue();
            Judgement judgement = HistoryChecker.judge(workload.history());
            System.out.println("a master of three killed: " + judgement.counts());
            assertThat(judgement.isSound())
                    .as("portcullis.seed=%d: %s", seed, judgement)
                    .isTrue();
            assertThat(judgement.counts().unknown())
                    .as("publishes to the dead master")
                    .isPositive();
            assertThat(judgement.counts().cuts()).as("sockets that were lost").isZero();
            assertThat(workload.oddities()).isEmpty();
        }
    }

    /** Enough rooms that each master has some. */
    private Workload.Plan plan() {
        return Workload.Plan.seeded(seed).withRooms(24, 6);
    }
}
