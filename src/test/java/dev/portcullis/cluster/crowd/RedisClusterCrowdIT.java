package dev.portcullis.cluster.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.HistoryChecker;
import dev.portcullis.cluster.history.Judgement;
import dev.portcullis.kit.RedisCluster;
import dev.portcullis.kit.SplitSite;
import dev.portcullis.protocol.Role;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rooms that lie with three masters of a Redis Cluster, of which one dies. */
class RedisClusterCrowdIT {
    private static final int ACKS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private record Of(SplitSite site) implements Door {
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
                SplitSite site = SplitSite.on(redis);
                Crowd crowd = Crowd.enter(List.of(new Of(site)), plan())) {
            assertThat(crowd.talk(ACKS, PATIENCE)).isTrue();
            long kept = crowd.history().now();
            redis.awaitReplica(); // it may lack what its master acknowledges from here on
            redis.master(0).kill();
            crowd.history().noteLoss(kept);
            assertThat(crowd.talk(ACKS, PATIENCE)).as("the other lanes serve").isTrue();
            assertThat(crowd.settle(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, crowd.whereabouts())
                    .isTrue();
            Judgement judgement = HistoryChecker.judge(crowd.history());
            System.out.println("a master of three killed: " + judgement.counts());
            assertThat(judgement.isSound())
                    .as("portcullis.seed=%d: %s", seed, judgement)
                    .isTrue();
            assertThat(judgement.counts().unknown())
                    .as("publishes to the dead master")
                    .isPositive();
            assertThat(judgement.counts().cuts()).as("sockets that were lost").isZero();
            assertThat(crowd.oddities()).isEmpty();
        }
    }

    /** Enough rooms that each master has some. */
    private Crowd.Plan plan() {
        return Crowd.Plan.seeded(seed).withRooms(24, 6);
    }
}
