package dev.portcullis.cluster.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.CheckResult;
import dev.portcullis.cluster.history.HistoryChecker;
import dev.portcullis.kit.RedisCluster;
import dev.portcullis.kit.SplitServer;
import dev.portcullis.protocol.Role;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rooms on three masters of a Redis Cluster, of which one is killed. */
@Tag("faults")
class RedisClusterWorkloadIT {
    private static final int ACKS = 1_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private record ServerEndpoint(SplitServer site) implements Endpoint {
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
            return site.token(user, role, "load-*");
        }
    }

    @Test
    void promises_hold_when_a_master_is_killed_and_its_replica_takes_its_lanes() {
        try (RedisCluster redis = RedisCluster.start();
                SplitServer site = SplitServer.on(redis);
                Workload workload = Workload.start(List.of(new ServerEndpoint(site)), plan())) {
            assertThat(workload.awaitAcks(ACKS, PATIENCE)).isTrue();
            long kept = workload.history().now();
            redis.awaitReplica(); // entries from here on may be lost with the master
            redis.master(0).kill();
            workload.history().noteLoss(kept);
            assertThat(workload.awaitAcks(ACKS, PATIENCE))
                    .as("the other lanes serve")
                    .isTrue();
            assertThat(workload.awaitSettled(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, workload.clientStates())
                    .isTrue();
            CheckResult result = HistoryChecker.check(workload.history());
            System.out.println("a master of three killed: " + result.counts());
            assertThat(result.isSound())
                    .as("portcullis.seed=%d: %s", seed, result)
                    .isTrue();
            assertThat(result.counts().unknown())
                    .as("publishes to the dead master")
                    .isPositive();
            assertThat(result.counts().disconnects())
                    .as("connections that were closed")
                    .isZero();
            assertThat(workload.unexpectedFrames()).isEmpty();
        }
    }

    /** Enough rooms that each master has some. Only the server may close a connection. */
    private Workload.Plan plan() {
        return Workload.Plan.seeded(seed).withRooms(24, 6).withPatience(30_000);
    }
}
