package dev.portcullis.streams.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.Lease;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis Cluster refuses a script whose keys are in two slots. Here one node has all slots. */
class RedisClusterStreamStoreTest extends StreamStoreContract {
    private static final int SLOTS = 16_384;

    private static RedisProcess redis;
    private static RedisConsole operator;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start("--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1");
        operator = new RedisConsole(redis);
        Stream<String> slots = IntStream.range(0, SLOTS).mapToObj(Integer::toString);
        operator.ask(Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), slots).toArray(String[]::new));
        assertThat(Await.until(RedisClusterStreamStoreTest::isUp)).isTrue();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void empty() throws Exception {
        operator.ask("FLUSHALL");
        operator.ask("DEBUG", "CHANGE-REPL-ID");
    }

    /** Each opening comes after a change of the replication id, as by a promotion. */
    @Override
    public Fixture open() throws Exception {
        RedisStreamsFixture life = RedisStreamsFixture.open(redis, Topology.CLUSTER, clock);
        operator.ask("DEBUG", "CHANGE-REPL-ID");
        return life;
    }

    @Test
    void tick_of_one_lane_uses_one_slot() throws Exception {
        RedisStreamsFixture life = RedisStreamsFixture.open(redis, Topology.CLUSTER, clock);
        assertThat(await(life.lanes().tick(new LeaseHolder("n:1", 0), List.of(LaneCursor.unknown(9))))
                        .get(0)
                        .lease())
                .isEqualTo(Lease.HELD);
        life.close();
    }

    private static boolean isUp() {
        return operator.ask("CLUSTER", "INFO").contains("cluster_state:ok");
    }
}
